package dev.firn.benchmarks.contest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the just-in-time compiler's threads of this process took, as Linux tells; 0 elsewhere. */
final class CompilerTime {

    private static final Path TASKS = Path.of("/proc/self/task");
    private static final Pattern COMPILER = Pattern.compile("\\((C1|C2) Compiler.*\\) ");
    private static final int USER_TICKS = 11;
    private static final double TICKS_PER_SECOND = 100;

    private static final long GLANCE_MILLIS = 500;
    private static final double IDLE_SHARE = 0.1;
    private static final int MOST_GLANCES = 60;

    private CompilerTime() {}

    /** Waits until the compiler has nothing to do, for half a minute at most. */
    static void awaitIdle() throws InterruptedException {
        double before = seconds();
        for (int glance = 0; glance < MOST_GLANCES; glance++) {
            Thread.sleep(GLANCE_MILLIS);
            double now = seconds();
            if (now - before <= IDLE_SHARE * GLANCE_MILLIS / 1_000) {
                return;
            }
            before = now;
        }
    }

    static double seconds() {
        if (!Files.isDirectory(TASKS)) {
            return 0;
        }
        try (Stream<Path> tasks = Files.list(TASKS)) {
            return tasks.mapToDouble(task -> ticks(task.resolve("stat"))).sum() / TICKS_PER_SECOND;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double ticks(Path stat) {
        try {
            List<String> parts = COMPILER.splitAsStream(Files.readString(stat)).toList();
            if (parts.size() < 2) {
                return 0;
            }
            String[] behindName = parts.get(1).split(" ", -1);
            return Double.parseDouble(behindName[USER_TICKS]) + Double.parseDouble(behindName[USER_TICKS + 1]);
        } catch (IOException e) {
            // The thread has ended: its file is gone, or cannot be read any more.
            return 0;
        }
    }
}
