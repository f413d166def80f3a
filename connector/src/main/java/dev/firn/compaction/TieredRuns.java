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

    /** The sparsest runs of the stack, as many as cost the fewest bytes for each run less. */
    private @Nullable Draft choice(List<RunShape> stack) {
        List<RunShape> sparsest = stack.stream()
                .sorted(Comparator.comparingDouble(this::density).thenComparing(Level.ORDER))
                .toList();
        Draft best = null;
        double cost = Double.POSITIVE_INFINITY;
        double sum = density(sparsest.get(0));
        for (int end = 2; end <= sparsest.size(); end++) {
            sum += density(sparsest.get(end - 1));
            Draft draft = sum / (end - 1) < cost ? landscape.draft(sparsest.subList(0, end), 1) : null;
            if (draft != null) {
                best = draft;
                cost = sum / (end - 1);
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
