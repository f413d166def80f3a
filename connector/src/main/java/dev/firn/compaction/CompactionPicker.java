package dev.firn.compaction;

import dev.firn.compaction.CompactionChoice.Drop;
import dev.firn.compaction.CompactionChoice.Nothing;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Chooses what to compact in one bucket: a pure function of its files.
 *
 * <p>Deletion vectors leave each key live in one file at most, so files may be merged in any combination and the order
 * of levels means nothing to a reader. Levels only bound how many files hold a key, and let small amounts be merged
 * with small ones.
 *
 * <ul>
 *   <li>A file without a live row is dropped, and one with nothing in its way counts to a deeper level. Both cost
 *       nothing and come first.
 *   <li>{@link CompactionStrategy#LEVELED}: each level but 0 is one run of disjoint files. When
 *       {@link LevelTargets#runs()} files of level 0 hold one key, they go to level 1 with all that they overlap there;
 *       if that is much more than they are themselves, they first become one file of level 0. Of a level above its
 *       target those files go down, with all that they overlap, whose written bytes move most live ones and free most
 *       dead ones. At rest a key is in fewer than {@code runs} files of level 0 and in one of each other level.
 *   <li>{@link CompactionStrategy#TIERED}: the last level is one run of disjoint files, above it files overlap: those
 *       of level 0 come from flushes, those of level 1 from merges. When {@code runs} files of both levels hold one
 *       key, the sparsest of them become one of level 1. When all together hold more than the last level divided by
 *       {@link LevelTargets#multiplier()}, some go down as above. At rest a key is in fewer than {@code runs} files
 *       above the last level and in one of it, however large the bucket is.
 *   <li>A file is rewritten within its level when its share of dead rows reaches
 *       {@link CompactionOptions#deadRowsRatio()}. Where files may overlap it waits for half of the live rows left
 *       then, since its next merge is near. As many small neighbours as {@code runs} become one file.
 * </ul>
 *
 * <p>What is most pressing comes first: each need has a score that grows while nothing is done about it, so that no key
 * range waits for ever. What meets a reservation, or is more than one merge may take on, leaves its turn to the next.
 *
 * <p>Buckets of 20, 100 and 500 full write buffers of data (64 MiB each), written over twice with the options of
 * {@link CompactionOptions#of}, needed (bytes written to all files by bytes flushed; live by total bytes; files that
 * hold a key, on average and at most, a flush counted before it is merged):
 *
 * <pre>
 *                       written / flushed      live / total         files per key
 * LEVELED  uniform       4.8   8.0  11.4     0.84  0.85  0.85     3.1, 6  4.0, 7  4.9, 8
 *          Zipf (0.99)   4.0   5.7   7.6     0.84  0.83  0.83     3.2, 6  4.1, 7  5.1, 8
 * TIERED   uniform       4.0   6.2  10.4     0.89  0.87  0.86     3.6, 7  4.7, 8  4.5, 8
 *          Zipf (0.99)   4.0   4.5   7.7     0.86  0.84  0.84     3.6, 8  4.5, 8  4.6, 8
 * </pre>
 *
 * <p>So both keep 0.83 of the space live with a multiplier of 4. With 3, or when merging at 5 files of level 0, LEVELED
 * wrote less by a twentieth at 500 buffers, but 9 files held a key. TIERED is the default: it writes less, also when
 * measured with real files (docs/compaction.md), at equal space and hardly more files to look into.
 */
public final class CompactionPicker {

    private CompactionPicker() {}

    /**
     * The most pressing thing that can be done now. Apply it, or reserve what it takes, and ask again until it is
     * {@link Nothing}.
     *
     * @param runs all live files of the bucket, also those that are reserved or not committed yet
     */
    public static CompactionChoice choose(List<RunShape> runs, Reservations reserved, CompactionOptions options) {
        Landscape landscape = new Landscape(runs, reserved, options);
        return dead(landscape)
                .or(() -> new TrivialMoves(landscape).choice())
                .or(() -> mostPressing(landscape, options))
                .orElseGet(Nothing::new);
    }

    /**
     * The rewrite of one file in its place, for rows that the picker does not know of.
     *
     * @param runs as for {@link #choose}
     * @return {@link Nothing} if that meets what is reserved
     */
    public static CompactionChoice rewrite(
            String location, List<RunShape> runs, Reservations reserved, CompactionOptions options) {
        Landscape landscape = new Landscape(runs, reserved, options);
        return runs.stream()
                .filter(run -> run.location().equals(location))
                .map(run -> landscape.draft(List.of(run), run.level()))
                .filter(Objects::nonNull)
                .map(draft -> draft.because(CompactionChoice.Reason.EXPIRED, options))
                .findFirst()
                .orElseGet(Nothing::new);
    }

    private static Optional<CompactionChoice> dead(Landscape landscape) {
        return landscape.runs().stream()
                .filter(run -> run.isDead() && landscape.isFree(run))
                .map(RunShape::location)
                .min(Comparator.naturalOrder())
                .map(Drop::new);
    }

    private static Optional<CompactionChoice> mostPressing(Landscape landscape, CompactionOptions options) {
        return Stream.of(
                        options.strategy() == CompactionStrategy.TIERED
                                ? new TieredRuns(landscape).candidates()
                                : new LevelZero(landscape).candidates(),
                        new LargeLevels(landscape).candidates(),
                        new DeadRows(landscape).candidates(),
                        new SmallFiles(landscape).candidates())
                .flatMap(candidates -> candidates)
                .sorted(Comparator.comparingDouble(Candidate::score).reversed())
                .flatMap(candidate -> candidate.choice().get().stream())
                .findFirst();
    }
}
