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

    private final Landscape landscape;
    private final Map<RunShape, Double> densities = new HashMap<>();

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
     * The sparsest runs of the stack, as many as cost least. What merging so many runs costs is what it writes for each
     * run less, and again by the number of runs, since the stack may then grow as long before it is merged again:
     * against counting it once this saved a quarter of the writes of 500 write buffers of data in the simulation.
     */
    private @Nullable Draft choice(List<RunShape> stack) {
        List<RunShape> sparsest = stack.stream()
                .sorted(Comparator.comparingDouble(this::density).thenComparing(Level.ORDER))
                .toList();
        Draft best = null;
        double least = Double.POSITIVE_INFINITY;
        double written = density(sparsest.get(0));
        for (int end = 2; end <= sparsest.size(); end++) {
            written += density(sparsest.get(end - 1));
            double cost = written / ((end - 1.0) * (end - 1.0));
            Draft draft = cost < least ? landscape.draft(sparsest.subList(0, end), 1) : null;
            if (draft != null) {
                best = draft;
                least = cost;
            }
        }
        return best == null ? null : withAllWithin(best);
    }

    /** A sparse run may span several files of a denser one: those are merged as well, as many as fit. */
    private @Nullable Draft withAllWithin(Draft begun) {
        double densest =
                begun.inputs().stream().mapToDouble(this::density).max().orElse(0);
        KeySpan reach = Draft.hull(begun.inputs());
        List<RunShape> inputs = new ArrayList<>(begun.inputs());
        for (RunShape run : landscape.above(landscape.lastLevel())) {
            if (landscape.isFree(run)
                    && reach.covers(run.keys())
                    && !begun.inputs().contains(run)
                    && density(run) <= 2 * densest) {
                inputs.add(run);
                if (!landscape.fits(inputs)) {
                    inputs.remove(run);
                }
            }
        }
        return landscape.draft(inputs, 1);
    }

    /** Live bytes for each byte of the last level between the same keys, since keys alone tell no distance. */
    private double density(RunShape run) {
        return densities.computeIfAbsent(run, sparse -> {
            List<RunShape> below = landscape.level(landscape.lastLevel()).overlapping(sparse.keys());
            return sparse.liveBytes() / (double) Math.max(landscape.targets().fileBytes(), Draft.live(below));
        });
    }
}
