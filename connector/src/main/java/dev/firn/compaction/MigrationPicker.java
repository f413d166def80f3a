package dev.firn.compaction;

import dev.firn.compaction.CompactionChoice.Drop;
import dev.firn.compaction.CompactionChoice.Merge;
import dev.firn.compaction.CompactionChoice.Nothing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Chooses which files of older partition specs go to the present one next: a pure function of these files. All of them
 * have to go. Neighbours go together, so that what is written of them are few and large files.
 */
public final class MigrationPicker {

    /** A few files of the usual target size. */
    private static final long MOST_BYTES = 512L << 20;

    /** Each is open at the same time, and one that is not sorted is sorted on the heap first, or beside it. */
    private static final int MOST_FILES = 32;

    private static final int LEVEL = 1;

    private MigrationPicker() {}

    /**
     * What can be done now: one merge at a time.
     *
     * @param runs all live files of older specs whose rows go to the same partitions
     */
    public static CompactionChoice choose(List<RunShape> runs, Reservations reserved, CompactionOptions options) {
        List<RunShape> free = runs.stream()
                .filter(reserved::areFree)
                .sorted(Comparator.comparing((RunShape run) -> run.keys().first())
                        .thenComparing(RunShape::location))
                .toList();
        for (RunShape run : free) {
            if (run.isDead()) {
                return new Drop(run.location());
            }
        }
        List<String> inputs = inputs(free, options.limits());
        return inputs.isEmpty() || !reserved.running().isEmpty()
                ? new Nothing()
                : new Merge(inputs, LEVEL, List.of(), CompactionChoice.Reason.OLDER_SPEC);
    }

    private static List<String> inputs(List<RunShape> free, JobLimits limits) {
        List<String> inputs = new ArrayList<>();
        long bytes = 0;
        long rows = 0;
        for (RunShape run : free) {
            bytes += run.bytes();
            rows += run.rows();
            boolean tooMuch = bytes > Math.min(limits.bytes(), MOST_BYTES) || rows > limits.rows();
            if (!inputs.isEmpty() && (tooMuch || inputs.size() == MOST_FILES)) {
                break;
            }
            inputs.add(run.location());
        }
        return inputs;
    }
}
