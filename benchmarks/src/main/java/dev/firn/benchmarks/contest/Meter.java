package dev.firn.benchmarks.contest;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;
import org.jspecify.annotations.Nullable;

/** Measures what this process uses from one moment to another. */
final class Meter {

    private static final Path SYSTEM = Path.of("/proc/stat");
    private static final double TICKS_PER_SECOND = 100;
    private static final int IDLE = 4;
    private static final int IO_WAIT = 5;
    private static final int GUEST = 9;
    private static final double NANOS = 1e9;

    private final OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final AtomicLong peakHeap = new AtomicLong();
    private final NotificationListener collections = this::collected;
    private final long wall;
    private final long cpu;
    private final double compiler;
    private final double system;

    private Meter() {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            ((NotificationEmitter) collector).addNotificationListener(collections, null, null);
        }
        this.system = systemSeconds();
        this.compiler = CompilerTime.seconds();
        this.cpu = process.getProcessCpuTime();
        this.wall = System.nanoTime();
    }

    static Meter start() {
        System.gc();
        return new Meter();
    }

    private void collected(Notification notification, @Nullable Object ignored) {
        if (notification.getUserData() instanceof CompositeData data) {
            long used =
                    GarbageCollectionNotificationInfo.from(data).getGcInfo().getMemoryUsageAfterGc().values().stream()
                            .mapToLong(MemoryUsage::getUsed)
                            .sum();
            peakHeap.accumulateAndGet(used, Math::max);
        }
    }

    Run.Cost stop() {
        double wallSeconds = (System.nanoTime() - wall) / NANOS;
        double cpuSeconds = (process.getProcessCpuTime() - cpu) / NANOS;
        double compilerSeconds = CompilerTime.seconds() - compiler;
        double others = systemSeconds() - system - cpuSeconds;
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            try {
                ((NotificationEmitter) collector).removeNotificationListener(collections);
            } catch (ListenerNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }
        return new Run.Cost(wallSeconds, cpuSeconds, compilerSeconds, Math.max(0, others), peakHeap.get());
    }

    /** Seconds that all processors together were busy since the machine was started; 0 where nobody tells. */
    private static double systemSeconds() {
        if (!Files.exists(SYSTEM)) {
            return 0;
        }
        try {
            String[] ticks = Files.readAllLines(SYSTEM).get(0).split("\\s+", -1);
            double busy = 0;
            for (int i = 1; i < Math.min(ticks.length, GUEST); i++) {
                if (i != IDLE && i != IO_WAIT) {
                    busy += Double.parseDouble(ticks[i]);
                }
            }
            return busy / TICKS_PER_SECOND;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
