package dev.firn.compaction;

import dev.firn.compaction.CompactionChoice.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Merges runs above the last level into one of level 1, where too many of them hold one key. */
final class TieredRuns {

    /**
     * How many live bytes it is worth to write for a dead one that goes, since another merge would have to do it soon.
     */
    private static final double PRICE_OF_GARBAGE = 1;

    /** Even a run of which little is live is not merged for nothing. */
    private static final double LEAST_SHARE = 0.05;

    /** Above 1, because after a larger merge the stack may grow for longer. */
    private static final double TASTE_FOR_LARGE_MERGES = 1.25;

    /** By how much the parts of one run differ. */
    private static final double SIMILAR = 1.2;

    private final Landscape landscape;
    private final Map<RunShape, Double> reaches = new HashMap<>();

    TieredRuns(Landscape landscape) {
        this.landscape = landscape;
    }

    Stream<Candidate> candidates() {
        int trigger = landscape.targets().runs();
        return Stacks.of(landscape, landscape.above(landscape.lastLevel()))
                .map(stack -> new Candidate(
                        (double) stack.size() / trigger,
                        () -> Optional.ofNullable(choice(stack))
                                .map(draft -> draft.because(Reason.RUNS, landscape.options()))));
    }

    /**
     * The runs of the stack that cost least, as many as cost least for each run less. A run costs what is written of
     * it, less what its dead rows are worth. The constants are those with which least was written in the simulation.
     */
    private @Nullable Draft choice(List<RunShape> stack) {
        List<RunShape> cheapest = stack.stream()
                .sorted(Comparator.comparingDouble(this::cost).thenComparing(Level.ORDER))
                .toList();
        Draft best = null;
        double least = Double.POSITIVE_INFINITY;
        double sum = cost(cheapest.get(0));
        for (int end = 2; end <= cheapest.size(); end++) {
            sum += cost(cheapest.get(end - 1));
            double mean = sum / Math.pow(end - 1.0, TASTE_FOR_LARGE_MERGES);
            Draft draft = mean < least ? landscape.draft(cheapest.subList(0, end), 1) : null;
            if (draft != null) {
                best = draft;
                least = mean;
            }
        }
        return best == null ? null : withAllWithin(best);
    }

    /** A run may span several files of another one: those are merged as well, as many as fit. */
    private @Nullable Draft withAllWithin(Draft begun) {
        double dearest = begun.inputs().stream().mapToDouble(this::cost).max().orElse(0);
        KeySpan reach = Draft.hull(begun.inputs());
        List<RunShape> inputs = new ArrayList<>(begun.inputs());
        for (RunShape run : landscape.above(landscape.lastLevel())) {
            if (landscape.isFree(run)
                    && reach.covers(run.keys())
                    && !begun.inputs().contains(run)
                    && cost(run) <= SIMILAR * dearest) {
                inputs.add(run);
                if (!landscape.fits(inputs)) {
                    inputs.remove(run);
                }
            }
        }
        return landscape.draft(inputs, 1);
    }

    private double cost(RunShape run) {
        long live = run.liveBytes();
        double net = Math.max(LEAST_SHARE * live, live - PRICE_OF_GARBAGE * (run.bytes() - live));
        return net / reach(run);
    }

    /** How far a run reaches: the live bytes of all files that it overlaps, since keys alone tell no distance. */
    private double reach(RunShape run) {
        return reaches.computeIfAbsent(
                run,
                wide -> 1.0
                        + landscape.runs().stream()
                                .filter(other -> other.keys().overlaps(wide.keys()))
                                .mapToLong(RunShape::liveBytes)
                                .sum());
    }
}
