package dev.firn.benchmarks.amplification;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.Executor;

/** Runs merges at once, on the thread that asks for them, and tells its processor time with and without them. */
final class MeteredThread implements Executor {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private long mergeNanos;

    @Override
    public void execute(Runnable merge) {
        long before = nanos();
        merge.run();
        mergeNanos += nanos() - before;
    }

    /** Processor time of the calling thread. */
    static long nanos() {
        return THREADS.getCurrentThreadCpuTime();
    }

    /** As {@link #nanos}, without what merges took. */
    long nanosBesideMerges() {
        return nanos() - mergeNanos;
    }

    long mergeNanos() {
        return mergeNanos;
    }
}
