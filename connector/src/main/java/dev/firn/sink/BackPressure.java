package dev.firn.sink;

import dev.firn.compaction.CompactionDebt;
import dev.firn.compaction.CompactionThreads;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds a writer back whose compactions do not keep up, at first a little, in the end altogether. It waits for merges
 * alone and never for a commit: a writer that is held back sees no barrier, so nothing is committed meanwhile. Only
 * what merges can take away counts, so that it always ends; it gives in when no merge is running.
 */
final class BackPressure {

    private static final Logger LOG = LoggerFactory.getLogger(BackPressure.class);
    private static final int ROWS_BETWEEN_PAUSES = 1_000;
    private static final long NOT_WAITING = 0;

    private final BackPressureConfig config;
    private final CompactionThreads threads;
    private final Backlog backlog;
    private CompactionDebt debt = CompactionDebt.NONE;
    private long seenEnded;
    private int rowsSincePause;
    private final LongAdder nanosHeldBack = new LongAdder();
    private volatile long waitingSince = NOT_WAITING;

    private interface Wait {
        void begin() throws InterruptedException;
    }

    BackPressure(BackPressureConfig config, CompactionThreads threads, Backlog backlog) {
        this.config = config;
        this.threads = threads;
        this.backlog = backlog;
    }

    /** Called ahead of each row; returns at once unless the writer is to be held back. */
    void admitRow() throws InterruptedException {
        if (threads.ended() != seenEnded) {
            seenEnded = threads.ended();
            backlog.compact();
            look();
        }
        if (config.stops(debt)) {
            stop();
        } else if (config.slows(debt) && ++rowsSincePause >= ROWS_BETWEEN_PAUSES) {
            rowsSincePause = 0;
            timed(() -> threads.awaitEnd(seenEnded, config.pause(debt)));
        }
    }

    /** Looks again how far compaction is behind: after a checkpoint, which brings new runs. */
    void look() {
        debt = backlog.debt();
    }

    private void stop() throws InterruptedException {
        long start = System.nanoTime();
        LOG.info(
                "Writing stops runs={} pending-bytes={} merges={} table={}",
                debt.runs(),
                debt.bytes(),
                threads.running(),
                backlog.tableName());
        timed(this::awaitRoom);
        LOG.info(
                "Writing goes on after-millis={} table={}",
                Duration.ofNanos(System.nanoTime() - start).toMillis(),
                backlog.tableName());
    }

    private void awaitRoom() throws InterruptedException {
        while (config.stops(debt)) {
            seenEnded = threads.ended();
            backlog.compact();
            if (threads.running() == 0) {
                // Nothing will take anything away before the next checkpoint.
                debt = CompactionDebt.NONE;
                return;
            }
            threads.awaitEnd(seenEnded);
            look();
        }
    }

    private void timed(Wait wait) throws InterruptedException {
        long start = System.nanoTime();
        waitingSince = start == NOT_WAITING ? 1 : start;
        try {
            wait.begin();
        } finally {
            waitingSince = NOT_WAITING;
            nanosHeldBack.add(System.nanoTime() - start);
        }
    }

    /** How long the writer was held back so far, a wait that goes on included. Any thread. */
    Duration heldBack() {
        long since = waitingSince;
        long waiting = since == NOT_WAITING ? 0 : System.nanoTime() - since;
        return Duration.ofNanos(nanosHeldBack.sum() + waiting);
    }
}
