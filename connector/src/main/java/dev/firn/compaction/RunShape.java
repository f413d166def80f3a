package dev.firn.compaction;

/**
 * A live file as the picker sees it: its place and its weight, not its content.
 *
 * @param level 0 for a file from a flush or of unknown order
 * @param keys the exact lowest and highest key in the file, dead rows included
 * @param rows all rows of the file, the dead ones included
 * @param deadRows those of them that a deletion vector or a pending edit names
 */
public record RunShape(String location, int level, KeySpan keys, long bytes, long rows, long deadRows) {

    private static final int DWARFED = 4;

    public RunShape {
        if (level < 0 || bytes < 0 || deadRows < 0 || deadRows > rows) {
            throw new IllegalArgumentException("No file is like this: %s at level %d with %d bytes, %d of %d rows dead"
                    .formatted(location, level, bytes, deadRows, rows));
        }
    }

    /** Whether a merge of this file alone would write nothing. */
    public boolean isDead() {
        return deadRows == rows;
    }

    /** 0 to 1. */
    public double deadShare() {
        return isDead() ? 1 : (double) deadRows / rows;
    }

    /** About what a merge writes of this file. */
    public long liveBytes() {
        return Math.round(bytes * (1 - deadShare()));
    }

    /** Whether the other one is so much smaller that it cannot be of the same origin. */
    boolean dwarfs(RunShape other) {
        return other.liveBytes() <= liveBytes() / DWARFED;
    }

    public RunShape movedTo(int otherLevel) {
        return new RunShape(location, otherLevel, keys, bytes, rows, deadRows);
    }
}
