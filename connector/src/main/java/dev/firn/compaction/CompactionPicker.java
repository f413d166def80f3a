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
 *       of level 0 come from flushes, those of level 1 from merges. When there are more dead rows in the bucket than
 *       {@link CompactionOptions#deadRowsRatio()} allows, or will be with the next flush, the files with the largest
 *       shares of them are merged into one run: as few as it takes, as a log cleaner does. Where {@code runs} files
 *       above the last level hold one key, those of them become one of which least is to be written.
 *   <li>{@link CompactionStrategy#LEVELED} rewrites a file within its level when its share of dead rows reaches
 *       {@link CompactionOptions#deadRowsRatio()}; in level 0 it waits for half of the live rows left then, since its
 *       next merge is near.
 *   <li>As many small neighbours as {@code runs} become one file; twice as many where files may overlap.
 * </ul>
 *
 * <p>What is most pressing comes first: each need has a score that grows while nothing is done about it, so that no key
 * range waits for ever. What meets a reservation, or is more than one merge may take on, leaves its turn to the next.
 *
 * <p>TIERED is the default: it writes least for the space it takes. docs/compaction.md has the figures of both.
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
        Stream<Stream<Candidate>> needs = options.strategy() == CompactionStrategy.TIERED
                ? Stream.of(
                        new TieredRuns(landscape).candidates(),
                        new Garbage(landscape).candidates(),
                        new SmallFiles(landscape).candidates())
                : Stream.of(
                        new LevelZero(landscape).candidates(),
                        new LargeLevels(landscape).candidates(),
                        new DeadRows(landscape).candidates(),
                        new SmallFiles(landscape).candidates());
        return needs.flatMap(candidates -> candidates)
                .sorted(Comparator.comparingDouble(Candidate::score).reversed())
                .flatMap(candidate -> candidate.choice().get().stream())
                .findFirst();
    }
}
