package dev.firn.compaction;

import java.util.List;

/** Chooses what to compact in one bucket: a pure function of its files. */
public final class CompactionPicker {

    private CompactionPicker() {}

    /**
     * The most pressing thing that can be done now. Apply it, or reserve what it takes, and ask again until it is
     * {@link CompactionChoice.Nothing}.
     *
     * @param runs all live files of the bucket, also those that are reserved or not committed yet
     */
    public static CompactionChoice choose(List<RunShape> runs, Reservations reserved, CompactionOptions options) {
        for (RunShape run : runs) {
            if (run.isDead() && reserved.areFree(run)) {
                return new CompactionChoice.Drop(run.location());
            }
        }
        return new CompactionChoice.Nothing();
    }
}
