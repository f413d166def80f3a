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
    private static final Duration PAUSE = Duration.ofMillis(5);

    private final BackPressureConfig config;
    private final CompactionThreads threads;
    private final WriterBuckets buckets;
    private CompactionDebt debt = CompactionDebt.NONE;
    private long seenEnded;
    private int rowsSincePause;
    private final LongAdder nanosHeldBack = new LongAdder();

    BackPressure(BackPressureConfig config, CompactionThreads threads, WriterBuckets buckets) {
        this.config = config;
        this.threads = threads;
        this.buckets = buckets;
    }

    /** Called ahead of each row; returns at once unless the writer is to be held back. */
    void admitRow() throws InterruptedException {
        if (threads.ended() != seenEnded) {
            seenEnded = threads.ended();
            buckets.compact();
            look();
        }
        if (config.stops(debt)) {
            stop();
        } else if (config.slows(debt) && ++rowsSincePause >= ROWS_BETWEEN_PAUSES) {
            rowsSincePause = 0;
            long start = System.nanoTime();
            threads.awaitEnd(seenEnded, PAUSE.multipliedBy(1L + debt.runs() - config.slowdownRuns()));
            nanosHeldBack.add(System.nanoTime() - start);
        }
    }

    /** Looks again how far compaction is behind: after a checkpoint, which brings new runs. */
    void look() {
        debt = buckets.debt();
    }

    private void stop() throws InterruptedException {
        long start = System.nanoTime();
        LOG.info(
                "Writing stops runs={} pending-bytes={} merges={} table={}",
                debt.runs(),
                debt.bytes(),
                threads.running(),
                buckets.tableName());
        while (config.stops(debt)) {
            seenEnded = threads.ended();
            buckets.compact();
            if (threads.running() == 0) {
                // Nothing will take anything away before the next checkpoint.
                debt = CompactionDebt.NONE;
                break;
            }
            threads.awaitEnd(seenEnded);
            look();
        }
        nanosHeldBack.add(System.nanoTime() - start);
        LOG.info(
                "Writing goes on after-millis={} table={}",
                Duration.ofNanos(System.nanoTime() - start).toMillis(),
                buckets.tableName());
    }

    /** How long the writer was held back so far. Any thread. */
    Duration heldBack() {
        return Duration.ofNanos(nanosHeldBack.sum());
    }
}
