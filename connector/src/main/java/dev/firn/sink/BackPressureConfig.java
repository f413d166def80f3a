package dev.firn.sink;

import dev.firn.compaction.CompactionDebt;
import java.io.Serializable;
import java.time.Duration;

/**
 * When a writer waits for its compactions.
 *
 * @param slowdownRuns from so many runs of level 0 over one key in one bucket on, rows are let in slowly
 * @param stopRuns from so many on, none is let in
 * @param stopBytes nor while one bucket has as many bytes waiting for compaction
 */
public record BackPressureConfig(int slowdownRuns, int stopRuns, long stopBytes) implements Serializable {

    private static final Duration PAUSE = Duration.ofMillis(5);

    public BackPressureConfig {
        if (slowdownRuns < 1 || stopRuns < slowdownRuns || stopBytes <= 0) {
            throw new IllegalArgumentException("Writing cannot slow down at " + slowdownRuns + " runs and stop at "
                    + stopRuns + " runs or " + stopBytes
                    + " bytes: choose a slow-down of 1 run or more, a stop at no fewer, and bytes above 0");
        }
    }

    /** Slower from 30 runs on, none from 40 runs or 64 GiB on: {@code TIERED} merges 20 only. */
    public static BackPressureConfig defaults() {
        return new BackPressureConfig(30, 40, 64L << 30);
    }

    boolean stops(CompactionDebt debt) {
        return debt.runs() >= stopRuns || debt.bytes() >= stopBytes;
    }

    boolean slows(CompactionDebt debt) {
        return debt.runs() >= slowdownRuns;
    }

    /** How long rows that are let in slowly wait at a time: longer with each run. */
    Duration pause(CompactionDebt debt) {
        return PAUSE.multipliedBy(1L + debt.runs() - slowdownRuns);
    }
}
