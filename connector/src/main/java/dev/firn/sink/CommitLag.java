package dev.firn.sink;

import java.time.InstantSource;
import java.util.OptionalLong;
import org.apache.flink.metrics.Histogram;

/**
 * How far the table is behind the rows: between a checkpoint's barrier and its commit, and by now. Told by the
 * committer, read by any thread.
 */
final class CommitLag {

    private final InstantSource clock;
    private final Histogram untilCommit = Instruments.newHistogram();
    private volatile long newestBarrierMillis;

    /** @param clock the one that barriers are timed by, as far as machines agree on it */
    CommitLag(InstantSource clock) {
        this.clock = clock;
        this.newestBarrierMillis = clock.millis();
    }

    /**
     * The table holds a checkpoint.
     *
     * @param barrierMillis when its barrier passed; none if it was taken by a version that did not note it
     */
    void holds(OptionalLong barrierMillis) {
        newestBarrierMillis = Math.max(newestBarrierMillis, barrierMillis.orElse(clock.millis()));
    }

    /** A checkpoint's changes have become a snapshot just now. */
    void committed(OptionalLong barrierMillis) {
        barrierMillis.ifPresent(barrier -> untilCommit.update(Math.max(0, clock.millis() - barrier)));
    }

    /** From barrier to commit, of checkpoints that became a snapshot. */
    Histogram untilCommit() {
        return untilCommit;
    }

    /**
     * How old the newest checkpoint is that the table holds; before the first one, how long this one has been there.
     */
    long nowMillis() {
        return Math.max(0, clock.millis() - newestBarrierMillis);
    }
}
