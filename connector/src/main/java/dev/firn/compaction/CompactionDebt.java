package dev.firn.compaction;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How far a bucket's compactions are behind.
 *
 * @param runs the most runs of level 0 that hold one key
 * @param bytes live bytes of level 0, and with {@link CompactionStrategy#LEVELED} of the levels above the last what is
 *     beyond their targets, with {@link CompactionStrategy#TIERED} the dead bytes that are more than may be
 */
public record CompactionDebt(int runs, long bytes) {

    public static final CompactionDebt NONE = new CompactionDebt(0, 0);

    /** @param runs those that a merge may take now, and those that are being merged */
    public static CompactionDebt of(List<RunShape> runs, CompactionOptions options) {
        return new CompactionDebt(
                depth(runs),
                liveBytes(runs, 0)
                        + (options.strategy() == CompactionStrategy.TIERED
                                ? garbage(runs, options.deadRowsRatio())
                                : beyondTargets(runs, options.targets())));
    }

    private static long garbage(List<RunShape> runs, double ratio) {
        return Math.round(Math.max(0, Draft.bytes(runs) - Draft.live(runs) / (1 - ratio)));
    }

    private static long beyondTargets(List<RunShape> runs, LevelTargets targets) {
        long live = runs.stream().mapToLong(RunShape::liveBytes).sum();
        int last = Math.max(
                targets.levels(live),
                runs.stream().mapToInt(RunShape::level).max().orElse(0));
        long bytes = 0;
        for (int level = 1; level < last; level++) {
            bytes += Math.max(0, liveBytes(runs, level) - Math.round(targets.bytes(level, last, live)));
        }
        return bytes;
    }

    /** Of both, for each figure the larger. */
    public CompactionDebt max(CompactionDebt other) {
        return new CompactionDebt(Math.max(runs, other.runs), Math.max(bytes, other.bytes));
    }

    private static long liveBytes(List<RunShape> runs, int level) {
        return runs.stream()
                .filter(run -> run.level() == level)
                .mapToLong(RunShape::liveBytes)
                .sum();
    }

    /** The most runs of level 0 that hold one key. */
    static int depth(List<RunShape> runs) {
        List<RunShape> open = new ArrayList<>();
        int depth = 0;
        List<RunShape> inOrder = runs.stream()
                .filter(run -> run.level() == 0)
                .sorted(Comparator.comparing(run -> run.keys().first()))
                .toList();
        for (RunShape run : inOrder) {
            open.removeIf(other -> other.keys().last().compareTo(run.keys().first()) < 0);
            open.add(run);
            depth = Math.max(depth, open.size());
        }
        return depth;
    }
}
