package dev.firn.lsm;

import java.io.Closeable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the buckets of one writer are flushed while it goes on taking rows. Any thread. */
public final class FlushThread implements Executor, Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(FlushThread.class);
    private static final int SECONDS_TO_STOP = 10;

    private final Executor executor;
    private final @Nullable ExecutorService own;
    private final AtomicLong ended = new AtomicLong();

    private FlushThread(Executor executor, @Nullable ExecutorService own) {
        this.executor = executor;
        this.own = own;
    }

    public static FlushThread start(String name) {
        ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
            Thread started = new Thread(task, name);
            started.setDaemon(true);
            return started;
        });
        return new FlushThread(thread, thread);
    }

    /** A thread that somebody else keeps. */
    public static FlushThread on(Executor executor) {
        return new FlushThread(executor, null);
    }

    @Override
    public void execute(Runnable flush) {
        executor.execute(() -> {
            try {
                flush.run();
            } finally {
                ended.incrementAndGet();
            }
        });
    }

    /** How many flushes have ended, well or not. */
    public long ended() {
        return ended.get();
    }

    /** Waits a moment for flushes that were given up to delete what they wrote. */
    @Override
    public void close() {
        if (own == null) {
            return;
        }
        own.shutdown();
        try {
            if (!own.awaitTermination(SECONDS_TO_STOP, TimeUnit.SECONDS)) {
                LOG.warn("A flush that was given up still runs; files that it wrote may be left behind");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
