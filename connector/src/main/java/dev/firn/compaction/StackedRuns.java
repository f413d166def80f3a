package dev.firn.compaction;

import dev.firn.compaction.CompactionChoice.Reason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Merges runs of a level whose files may overlap, where too many of them hold one key. */
final class StackedRuns {

    private static final Comparator<RunShape> SMALLEST_FIRST =
            Comparator.comparingLong(RunShape::liveBytes).thenComparing(Level.ORDER);

    private final Landscape landscape;
    private final int trigger;

    StackedRuns(Landscape landscape) {
        this.landscape = landscape;
        trigger = landscape.targets().runs();
    }

    Stream<Candidate> candidates() {
        return IntStream.range(0, landscape.lastLevel())
                .filter(landscape::isStacked)
                .boxed()
                .flatMap(level -> stacks(level).stream()
                        .map(stack -> new Candidate(
                                (double) stack.size() / trigger,
                                () -> Optional.ofNullable(choice(stack))
                                        .map(draft -> draft.because(Reason.RUNS, landscape.options())))));
    }

    /**
     * The runs that hold one key, for every key where they are enough and more than just before it; the deepest first.
     * Which of equally deep ones is first changes with the files, so that each has its turn.
     */
    private List<List<RunShape>> stacks(int level) {
        List<List<RunShape>> stacks = new ArrayList<>();
        List<RunShape> open = new ArrayList<>();
        for (RunShape run : landscape.level(level).runs()) {
            if (landscape.isFree(run)) {
                open.removeIf(other -> other.keys().last().compareTo(run.keys().first()) < 0);
                open.add(run);
                if (open.size() >= trigger) {
                    stacks.add(List.copyOf(open));
                }
            }
        }
        int turn = landscape.runs().stream()
                .mapToInt(run -> run.location().hashCode())
                .sum();
        Collections.rotate(stacks, stacks.isEmpty() ? 0 : Math.floorMod(turn, stacks.size()));
        stacks.sort(
                Comparator.comparingInt((List<RunShape> stack) -> stack.size()).reversed());
        return stacks;
    }

    private @Nullable Draft choice(List<RunShape> stack) {
        List<RunShape> sorted = stack.stream().sorted(SMALLEST_FIRST).toList();
        int level = sorted.get(0).level();
        List<RunShape> similar = similar(sorted);
        Draft down = down(sorted, level + 1);
        if (down == null) {
            boolean isPressing = stack.size() >= 2 * trigger;
            return among(isPressing && similar.size() < 2 ? sorted.subList(0, 2) : similar, level, 2);
        }
        long falling = Draft.live(
                down.inputs().stream().filter(run -> run.level() == level).toList());
        if (Draft.live(down.inputs()) - falling > falling * landscape.targets().multiplier()) {
            Draft among = among(similar, level, Math.max(2, (trigger + 1) / 2));
            return among == null ? down : among;
        }
        return down;
    }

    /** As many of the stack as fit into one merge, and what else lies within their keys. */
    private @Nullable Draft down(List<RunShape> stack, int outputLevel) {
        Draft whole = landscape.draft(stack, outputLevel);
        Draft best = whole == null ? growing(List.of(), stack, outputLevel, null) : whole;
        if (best == null) {
            return null;
        }
        KeySpan reach = Draft.hull(best.inputs());
        List<RunShape> within = landscape.level(outputLevel - 1).runs().stream()
                .filter(run -> landscape.isFree(run)
                        && reach.covers(run.keys())
                        && !best.inputs().contains(run))
                .toList();
        return growing(best.inputs(), within, outputLevel, best);
    }

    private @Nullable Draft growing(
            List<RunShape> begun, List<RunShape> more, int outputLevel, @Nullable Draft whatFits) {
        List<RunShape> chosen = new ArrayList<>(begun);
        Draft best = whatFits;
        for (RunShape run : more) {
            chosen.add(run);
            Draft larger = landscape.draft(chosen, outputLevel);
            if (larger == null) {
                chosen.remove(run);
            } else {
                best = larger;
            }
        }
        return best;
    }

    /** The smallest ones, as long as each is no larger than all before it: merging them doubles each at least. */
    private static List<RunShape> similar(List<RunShape> smallestFirst) {
        long sum = smallestFirst.get(0).liveBytes();
        int end = 1;
        while (end < smallestFirst.size() && smallestFirst.get(end).liveBytes() <= sum) {
            sum += smallestFirst.get(end).liveBytes();
            end++;
        }
        return smallestFirst.subList(0, end);
    }

    private @Nullable Draft among(List<RunShape> smallestFirst, int level, int least) {
        for (int end = smallestFirst.size(); end >= least; end--) {
            Draft draft = landscape.draft(smallestFirst.subList(0, end), level);
            if (draft != null) {
                return draft;
            }
        }
        return null;
    }
}
