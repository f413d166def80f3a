package dev.firn.compaction;

import java.io.Closeable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads that all compactions of one writer share. Any thread. */
public final class CompactionThreads implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(CompactionThreads.class);
    private static final int SECONDS_TO_STOP = 10;

    private final int most;
    private final ExecutorService executor;
    private int reserved;
    private long released;

    /** @param most how many merges run at a time, and on how many threads */
    public CompactionThreads(String name, int most) {
        if (most <= 0) {
            throw new IllegalArgumentException(
                    "Compaction needs threads, but got " + most + "; give it 1, or turn it off");
        }
        this.most = most;
        AtomicInteger count = new AtomicInteger();
        this.executor = Executors.newFixedThreadPool(most, task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    public Executor executor() {
        return executor;
    }

    /** Takes a place for one merge, if there is a free one. */
    public synchronized boolean tryReserve() {
        if (reserved == most) {
            return false;
        }
        reserved++;
        return true;
    }

    /** Gives a place back, and wakes whoever waits for a merge to end. */
    public synchronized void release() {
        reserved--;
        released++;
        notifyAll();
    }

    /** How many merges run. */
    public synchronized int running() {
        return reserved;
    }

    /** How many merges have ended, well or not. */
    public synchronized long ended() {
        return released;
    }

    /** Waits until another merge has ended than those that were counted, or none runs. */
    public synchronized void awaitEnd(long counted) throws InterruptedException {
        while (released == counted && reserved > 0) {
            wait();
        }
    }

    /** Waits a moment for merges that were given up to delete what they wrote. */
    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(SECONDS_TO_STOP, TimeUnit.SECONDS)) {
                LOG.warn("A compaction that was given up still runs; files that it wrote may be left behind");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
