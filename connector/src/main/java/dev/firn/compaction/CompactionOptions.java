package dev.firn.compaction;

import java.io.Serializable;

/**
 * When to compact, and how much at once.
 *
 * @param deadRowsRatio above 0 and at most 1; with {@link CompactionStrategy#TIERED} the share of dead rows that a
 *     bucket may hold on average, with {@link CompactionStrategy#LEVELED} that from which on a file is reclaimed
 */
public record CompactionOptions(
        CompactionStrategy strategy, LevelTargets targets, double deadRowsRatio, JobLimits limits)
        implements Serializable {

    private static final long MEBIBYTE = 1 << 20;

    public CompactionOptions {
        if (!(deadRowsRatio > 0 && deadRowsRatio <= 1)) {
            throw new IllegalArgumentException("Files with a share of " + deadRowsRatio
                    + " dead rows cannot be waited for; choose a ratio above 0 and up to 1, such as 0.5");
        }
        if (limits.bytes() < 2 * targets.baseBytes()) {
            throw new IllegalArgumentException("A merge limited to " + limits.bytes()
                    + " bytes cannot take in level 1, which may hold " + targets.baseBytes()
                    + "; allow twice as much, or make level 1 smaller");
        }
    }

    /** Those of {@link CompactionStrategy#TIERED}; see {@link #of}. */
    public static CompactionOptions defaults() {
        return of(CompactionStrategy.TIERED);
    }

    /** What suits a strategy by the figures at {@link CompactionPicker}. */
    public static CompactionOptions of(CompactionStrategy strategy) {
        boolean isTiered = strategy == CompactionStrategy.TIERED;
        return new CompactionOptions(
                strategy,
                new LevelTargets(isTiered ? 20 : 4, 512 * MEBIBYTE, 4, 128 * MEBIBYTE, 0.5),
                isTiered ? 0.24 : 0.5,
                new JobLimits(4096 * MEBIBYTE, 100_000_000, 4));
    }

    public CompactionOptions withStrategy(CompactionStrategy changed) {
        return new CompactionOptions(changed, targets, deadRowsRatio, limits);
    }

    public CompactionOptions withTargets(LevelTargets changed) {
        return new CompactionOptions(strategy, changed, deadRowsRatio, limits);
    }

    public CompactionOptions withDeadRowsRatio(double changed) {
        return new CompactionOptions(strategy, targets, changed, limits);
    }

    public CompactionOptions withLimits(JobLimits changed) {
        return new CompactionOptions(strategy, targets, deadRowsRatio, changed);
    }
}
