package dev.firn.compaction;

import dev.firn.compaction.CompactionChoice.Reason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reclaims the space of dead rows where a bucket has too many of them: as a log cleaner, from the files of which least
 * is live, and of no more files than it takes.
 */
final class Garbage {

    private static final Comparator<RunShape> DEADEST_FIRST =
            Comparator.comparingDouble(RunShape::deadShare).reversed().thenComparing(Level.ORDER);

    /** How much worse by the byte a merge may be that goes down into the last level, and takes a run away. */
    private static final double WORTH_OF_A_DESCENT = 0.9;

    private final Landscape landscape;

    Garbage(Landscape landscape) {
        this.landscape = landscape;
    }

    Stream<Candidate> candidates() {
        double allowed = landscape.liveBytes() / (1 - landscape.options().deadRowsRatio());
        double expected = meanBytes();
        return expected > allowed
                ? Stream.of(new Candidate(expected / allowed, () -> choice(expected - allowed)))
                : Stream.empty();
    }

    /**
     * What there is when running merges have ended and half of another flush has come, which is like those before: the
     * mean of what there is now and with that flush. So that of two flushes is waited for which comes nearer to what is
     * allowed, and the bucket holds that on average, however large a part of it a flush is.
     */
    private double meanBytes() {
        double bytes = landscape.runs().stream()
                .mapToLong(run -> landscape.isStaying(run) ? run.bytes() : run.liveBytes())
                .sum();
        List<RunShape> flushed = landscape.level(0).runs();
        return flushed.isEmpty() ? bytes : bytes + (double) Draft.bytes(flushed) / CompactionDebt.depth(flushed) / 2;
    }

    private Optional<CompactionChoice> choice(double needed) {
        List<RunShape> victims = victims(needed);
        if (victims.isEmpty()) {
            return Optional.empty();
        }
        Draft down = landscape.draft(victims, landscape.lastLevel());
        Draft best =
                down != null && odds(down.inputs()) >= WORTH_OF_A_DESCENT * odds(victims) ? down : inPlace(victims);
        return Optional.ofNullable(best).map(draft -> draft.because(Reason.DEAD_ROWS, landscape.options()));
    }

    /** Those that lie as the worst one does: in the last level, or among the runs that may overlap. */
    private @Nullable Draft inPlace(List<RunShape> victims) {
        RunShape worst = victims.get(0);
        boolean isStacked = landscape.isStacked(worst.level());
        List<RunShape> alike = victims.stream()
                .filter(run -> landscape.isStacked(run.level()) == isStacked)
                .toList();
        return landscape.draft(alike, isStacked && alike.size() > 1 ? 1 : Math.max(1, worst.level()));
    }

    /** A file that is better than what the bucket may be on the whole is none: it would only be written again. */
    private List<RunShape> victims(double needed) {
        List<RunShape> candidates = landscape.runs().stream()
                .filter(run -> landscape.isFree(run)
                        && run.deadShare() >= landscape.options().deadRowsRatio())
                .sorted(DEADEST_FIRST)
                .toList();
        List<RunShape> victims = new ArrayList<>();
        for (RunShape run : candidates) {
            victims.add(run);
            if (!landscape.fits(victims)) {
                victims.remove(run);
                return victims;
            }
            if (dead(victims) >= needed) {
                return victims;
            }
        }
        return victims;
    }

    private static long dead(Collection<RunShape> runs) {
        return Draft.bytes(runs) - Draft.live(runs);
    }

    /** Dead bytes gone for each live byte written again, which is what a log cleaner goes by. */
    private static double odds(Collection<RunShape> inputs) {
        return dead(inputs) / (1.0 + Draft.live(inputs));
    }
}
