package dev.firn.compaction;

import java.io.Serializable;

/**
 * How large levels and files should be.
 *
 * @param runs how many runs over one key are merged: those of level 0, and for {@link CompactionStrategy#TIERED} those
 *     of all levels but the last together; and how many small neighbours are
 * @param baseBytes the most live bytes that level 1 should hold with {@link CompactionStrategy#LEVELED}
 * @param multiplier with that, a level should hold this many times the live bytes of the level above it
 * @param fileBytes at which size a merge begins its next file
 * @param smallFileShare below this share of {@code fileBytes} a file is small
 */
public record LevelTargets(int runs, long baseBytes, int multiplier, long fileBytes, double smallFileShare)
        implements Serializable {

    public LevelTargets {
        if (runs < 2) {
            throw new IllegalArgumentException(
                    "Runs are merged when there are " + runs + ", but it takes two to merge; choose 2 or more");
        }
        if (multiplier < 2) {
            throw new IllegalArgumentException("A level of " + multiplier
                    + " times the one above it is no larger; choose a multiplier of 2 or more");
        }
        if (baseBytes <= 0 || fileBytes <= 0) {
            throw new IllegalArgumentException("Level 1 and files need a size, but got " + baseBytes + " and "
                    + fileBytes + " bytes; give each at least a few MiB");
        }
        if (!(smallFileShare >= 0 && smallFileShare <= 0.5)) {
            throw new IllegalArgumentException(
                    "Files below " + smallFileShare
                            + " of the target size would be merged into files that are small again; choose a share of 0 to 0.5");
        }
    }

    public LevelTargets withRuns(int changed) {
        return new LevelTargets(changed, baseBytes, multiplier, fileBytes, smallFileShare);
    }

    public LevelTargets withBaseBytes(long changed) {
        return new LevelTargets(runs, changed, multiplier, fileBytes, smallFileShare);
    }

    public LevelTargets withMultiplier(int changed) {
        return new LevelTargets(runs, baseBytes, changed, fileBytes, smallFileShare);
    }

    public LevelTargets withFileBytes(long changed) {
        return new LevelTargets(runs, baseBytes, multiplier, changed, smallFileShare);
    }

    public LevelTargets withSmallFileShare(double changed) {
        return new LevelTargets(runs, baseBytes, multiplier, fileBytes, changed);
    }

    /** The number of the last level of a bucket of so many live bytes, at least 1. */
    int levels(long liveBytes) {
        int levels = 1;
        for (double capacity = baseBytes; capacity < liveBytes; capacity *= multiplier) {
            levels++;
        }
        return levels;
    }

    /**
     * The live bytes that a level above the last should hold. They are counted from the last level upwards, so that
     * each level is the multiplier's share of the next, however large the bucket is just now.
     */
    double bytes(int level, int lastLevel, long liveBytes) {
        return Math.max(liveBytes * Math.pow(multiplier, level - lastLevel), (double) baseBytes / multiplier);
    }

    boolean isSmall(RunShape run) {
        return run.liveBytes() < smallFileShare * fileBytes;
    }
}
