package dev.firn.index;

import java.io.Closeable;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the indexes of one writer are loaded while it goes on taking rows, those first that were asked for first.
 * Whoever has to wait for them lends a hand. Any thread.
 */
public final class IndexThreads implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(IndexThreads.class);
    private static final int SECONDS_TO_STOP = 10;

    private final Executor executor;
    private final @Nullable ExecutorService own;
    private final AtomicLong ended = new AtomicLong();

    // Guarded by this, all of them.
    private final Deque<IndexLoad> waiting = new ArrayDeque<>();
    private int running;
    private int unfinished;
    private long unfinishedKeys;

    private IndexThreads(Executor executor, @Nullable ExecutorService own) {
        this.executor = executor;
        this.own = own;
    }

    /** @param most how many indexes are loaded at a time; at least 1 */
    public static IndexThreads start(String name, int most) {
        AtomicInteger count = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(most, task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        return new IndexThreads(threads, threads);
    }

    /** Threads that somebody else keeps. */
    public static IndexThreads on(Executor executor) {
        return new IndexThreads(executor, null);
    }

    void begin(List<IndexLoad> loads) {
        synchronized (this) {
            for (IndexLoad load : loads) {
                waiting.add(load);
                unfinished++;
                unfinishedKeys += load.file().recordCount();
            }
        }
        for (int i = 0; i < loads.size(); i++) {
            executor.execute(this::help);
        }
    }

    /**
     * Loads the index that has waited longest, on this thread.
     *
     * @return false if none waits
     */
    public boolean help() {
        for (IndexLoad next = poll(); next != null; next = poll()) {
            if (carryOut(next)) {
                return true;
            }
        }
        return false;
    }

    private synchronized @Nullable IndexLoad poll() {
        return waiting.poll();
    }

    /** @return false if somebody else is at it, or was */
    boolean carryOut(IndexLoad load) {
        if (!load.begin()) {
            return false;
        }
        synchronized (this) {
            running++;
        }
        load.carryOut();
        synchronized (this) {
            running--;
            end(load);
        }
        return true;
    }

    /** Has those not loaded that nobody has begun to. */
    void giveUp(Collection<IndexLoad> loads) {
        for (IndexLoad load : loads) {
            if (load.begin()) {
                load.giveUp();
                synchronized (this) {
                    waiting.remove(load);
                    end(load);
                }
            }
        }
    }

    private synchronized void end(IndexLoad load) {
        unfinished--;
        unfinishedKeys -= load.file().recordCount();
        ended.incrementAndGet();
        notifyAll();
    }

    /** How many indexes are wanted that are not there yet. */
    public synchronized int unfinished() {
        return unfinished;
    }

    /** How many rows their data files have. */
    public synchronized long unfinishedKeys() {
        return unfinishedKeys;
    }

    /** How many indexes are being loaded. */
    public synchronized int running() {
        return running;
    }

    /** How many loads have ended, well or not. */
    public long ended() {
        return ended.get();
    }

    /** Waits until another load has ended than those that were counted, or none is under way. */
    public synchronized void awaitEnd(long counted) throws InterruptedException {
        while (ended.get() == counted && running > 0) {
            wait();
        }
    }

    synchronized void await(IndexLoad load) throws InterruptedException {
        while (!load.isDone()) {
            wait();
        }
    }

    /** Ends what is under way, which is interrupted and leaves nothing half-built. Nothing is loaded afterwards. */
    @Override
    public void close() {
        List<IndexLoad> unwanted;
        synchronized (this) {
            unwanted = List.copyOf(waiting);
        }
        giveUp(unwanted);
        if (own == null) {
            return;
        }
        own.shutdownNow();
        try {
            if (!own.awaitTermination(SECONDS_TO_STOP, TimeUnit.SECONDS)) {
                LOG.warn("A key index is still being built that nobody wants; its local file may be left behind");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
