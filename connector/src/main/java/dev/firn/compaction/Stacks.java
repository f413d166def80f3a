package dev.firn.compaction;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Where too many runs hold one key. */
final class Stacks {

    private Stacks() {}

    /**
     * The free runs that hold one key, for each key at which they are enough and more than just before it; the deepest
     * first. Which of equally deep ones is first changes with the bucket's files, so that each has its turn.
     *
     * @param runs in order of their lowest keys
     */
    static Stream<List<RunShape>> of(Landscape landscape, List<RunShape> runs) {
        List<List<RunShape>> stacks = new ArrayList<>();
        List<RunShape> open = new ArrayList<>();
        for (RunShape run : runs) {
            if (landscape.isFree(run)) {
                open.removeIf(other -> other.keys().last().compareTo(run.keys().first()) < 0);
                open.add(run);
                if (open.size() >= landscape.targets().runs()) {
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
        return stacks.stream();
    }
}
