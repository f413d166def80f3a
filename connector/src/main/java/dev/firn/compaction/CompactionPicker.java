package dev.firn.compaction;

import dev.firn.compaction.CompactionChoice.Drop;
import dev.firn.compaction.CompactionChoice.Nothing;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Chooses what to compact in one bucket: a pure function of its files. */
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
