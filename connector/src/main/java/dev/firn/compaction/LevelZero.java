package dev.firn.compaction;

import dev.firn.compaction.CompactionChoice.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Merges runs of level 0 into level 1, or among themselves, where too many of them hold one key. */
final class LevelZero {

    private static final Comparator<RunShape> SMALLEST_FIRST =
            Comparator.comparingLong(RunShape::liveBytes).thenComparing(Level.ORDER);

    private final Landscape landscape;
    private final int trigger;

    LevelZero(Landscape landscape) {
        this.landscape = landscape;
        trigger = landscape.targets().runs();
    }

    Stream<Candidate> candidates() {
        return Stacks.of(landscape, landscape.level(0).runs())
                .map(stack -> new Candidate(
                        (double) stack.size() / trigger,
                        () -> Optional.ofNullable(choice(stack))
                                .map(draft -> draft.because(Reason.RUNS, landscape.options()))));
    }

    private @Nullable Draft choice(List<RunShape> stack) {
        List<RunShape> sorted = stack.stream().sorted(SMALLEST_FIRST).toList();
        List<RunShape> similar = similar(sorted);
        Draft down = down(sorted);
        if (down == null) {
            boolean isPressing = stack.size() >= 2 * trigger;
            return among(isPressing && similar.size() < 2 ? sorted.subList(0, 2) : similar, 2);
        }
        long falling = Draft.live(
                down.inputs().stream().filter(run -> run.level() == 0).toList());
        if (Draft.live(down.inputs()) - falling > falling * landscape.targets().multiplier()) {
            Draft among = among(similar, Math.max(2, (trigger + 1) / 2));
            return among == null ? down : among;
        }
        return down;
    }

    /** As many of the stack as fit into one merge, and what else lies within their keys. */
    private @Nullable Draft down(List<RunShape> stack) {
        Draft whole = landscape.draft(stack, 1);
        Draft best = whole == null ? growing(List.of(), stack, null) : whole;
        if (best == null) {
            return null;
        }
        KeySpan reach = Draft.hull(best.inputs());
        List<RunShape> within = landscape.level(0).runs().stream()
                .filter(run -> landscape.isFree(run)
                        && reach.covers(run.keys())
                        && !best.inputs().contains(run))
                .toList();
        return growing(best.inputs(), within, best);
    }

    private @Nullable Draft growing(List<RunShape> begun, List<RunShape> more, @Nullable Draft whatFits) {
        List<RunShape> chosen = new ArrayList<>(begun);
        Draft best = whatFits;
        for (RunShape run : more) {
            chosen.add(run);
            Draft larger = landscape.draft(chosen, 1);
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

    private @Nullable Draft among(List<RunShape> smallestFirst, int least) {
        for (int end = smallestFirst.size(); end >= least; end--) {
            Draft draft = landscape.draft(smallestFirst.subList(0, end), 0);
            if (draft != null) {
                return draft;
            }
        }
        return null;
    }
}
