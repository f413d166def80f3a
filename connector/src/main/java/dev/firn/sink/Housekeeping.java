package dev.firn.sink;

import dev.firn.iceberg.SnapshotExpiry;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Expires snapshots beside the commits, now and then, on a thread of its own. If it fails, commits go on and it is
 * tried again at its next turn. Called by one thread; counters are read by any.
 */
final class Housekeeping implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final long CLOSE_SECONDS = 30;

    private final SnapshotExpiry expiry;
    private final Duration interval;
    private final ExecutorService thread;
    private final InstantSource clock;
    private final AtomicBoolean running = new AtomicBoolean();
    private final LongAdder snapshots = new LongAdder();
    private final LongAdder files = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private Instant last;

    /**
     * @param expiry closed with this
     * @param interval between two runs; the first one comes so long after the start
     * @param thread of this alone, ended with it
     */
    Housekeeping(SnapshotExpiry expiry, Duration interval, ExecutorService thread, InstantSource clock) {
        this.expiry = expiry;
        this.interval = interval;
        this.thread = thread;
        this.clock = clock;
        this.last = clock.instant();
    }

    /** Starts a run if it is time for one, and none is running. */
    void afterCommit() {
        Instant now = clock.instant();
        if (now.isBefore(last.plus(interval)) || !running.compareAndSet(false, true)) {
            return;
        }
        last = now;
        thread.execute(this::run);
    }

    private void run() {
        try {
            SnapshotExpiry.Outcome outcome = expiry.run();
            snapshots.add(outcome.snapshots());
            files.add(outcome.files());
        } catch (RuntimeException e) {
            failures.increment();
            LOG.warn("Snapshots could not be expired; this is tried again in {}", interval, e);
        } finally {
            running.set(false);
        }
    }

    long expiredSnapshots() {
        return snapshots.sum();
    }

    long expiredFiles() {
        return files.sum();
    }

    long failures() {
        return failures.sum();
    }

    /** Waits for a running expiry, since what it does not delete any more would be left behind. */
    @Override
    public void close() throws IOException {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
        expiry.close();
    }
}
