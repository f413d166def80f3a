package dev.firn.compaction;

import java.io.Closeable;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads that all compactions of one writer share. Any thread. */
public final class CompactionThreads implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(CompactionThreads.class);
    private static final int SECONDS_TO_STOP = 10;

    private final int most;
    private final Executor executor;
    private final @Nullable ExecutorService own;
    private final AtomicLong ended = new AtomicLong();
    private int reserved;
    private boolean draining;
    private Runnable whenEnded = () -> {};
    private long started;

    private CompactionThreads(int most, Executor executor, @Nullable ExecutorService own) {
        this.most = most;
        this.executor = executor;
        this.own = own;
    }

    /** @param most how many merges run at a time, and on how many threads; at least 1 */
    public static CompactionThreads start(String name, int most) {
        AtomicInteger count = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(most, task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        return new CompactionThreads(most, threads, threads);
    }

    /** Threads that somebody else keeps. */
    public static CompactionThreads on(Executor executor, int most) {
        return new CompactionThreads(most, executor, null);
    }

    public Executor executor() {
        return executor;
    }

    /** Takes a place for one merge, if there is a free one. */
    public synchronized boolean tryReserve() {
        if (areBusy()) {
            return false;
        }
        reserved++;
        started++;
        return true;
    }

    /** How many merges have been started. */
    public synchronized long started() {
        return started;
    }

    /** Whether there is no place for another merge. */
    public synchronized boolean areBusy() {
        return draining || reserved == most;
    }

    /** Gives no more places away, and waits for all merges to end. */
    public synchronized void drain() throws InterruptedException {
        draining = true;
        while (reserved > 0) {
            wait();
        }
    }

    /** @param listener called after each merge that ends, well or not, by the thread that it ends on */
    public synchronized CompactionThreads telling(Runnable listener) {
        whenEnded = listener;
        return this;
    }

    /** Gives a place back, and wakes whoever waits for a merge to end. */
    public void release() {
        Runnable listener;
        synchronized (this) {
            reserved--;
            ended.incrementAndGet();
            notifyAll();
            listener = whenEnded;
        }
        listener.run();
    }

    /** How many merges run. */
    public synchronized int running() {
        return reserved;
    }

    /** How many merges have ended, well or not. */
    public long ended() {
        return ended.get();
    }

    /** Waits until another merge has ended than those that were counted, or none runs. */
    public synchronized void awaitEnd(long counted) throws InterruptedException {
        while (ended.get() == counted && reserved > 0) {
            wait();
        }
    }

    /** As {@link #awaitEnd(long)}, but no longer than so long. */
    public synchronized void awaitEnd(long counted, Duration most) throws InterruptedException {
        long deadline = System.nanoTime() + most.toNanos();
        long left = most.toMillis();
        while (ended.get() == counted && reserved > 0 && left > 0) {
            wait(left);
            left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
        }
    }

    /** Waits a moment for merges that were given up to delete what they wrote. */
    @Override
    public void close() {
        if (own == null) {
            return;
        }
        own.shutdown();
        try {
            if (!own.awaitTermination(SECONDS_TO_STOP, TimeUnit.SECONDS)) {
                LOG.warn("A compaction that was given up still runs; files that it wrote may be left behind");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
