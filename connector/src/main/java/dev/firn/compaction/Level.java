package dev.firn.compaction;

import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** The files of one level in order of their lowest keys. */
final class Level {

    static final Comparator<RunShape> ORDER =
            Comparator.comparing((RunShape run) -> run.keys().first()).thenComparing(RunShape::location);

    private final List<RunShape> runs;
    private final boolean disjoint;

    Level(List<RunShape> runs) {
        this.runs = runs.stream().sorted(ORDER).toList();
        boolean apart = true;
        for (int i = 1; i < this.runs.size(); i++) {
            apart &= !this.runs.get(i - 1).keys().overlaps(this.runs.get(i).keys());
        }
        disjoint = apart;
    }

    List<RunShape> runs() {
        return runs;
    }

    List<RunShape> overlapping(KeySpan keys) {
        int end = countWhile(run -> run.keys().first().compareTo(keys.last()) <= 0);
        if (!disjoint) {
            return runs.subList(0, end).stream()
                    .filter(run -> run.keys().overlaps(keys))
                    .toList();
        }
        int begin = countWhile(run -> run.keys().last().compareTo(keys.first()) < 0);
        return runs.subList(Math.min(begin, end), end);
    }

    /** @param condition true for the files up to some place and for none behind it */
    private int countWhile(Predicate<RunShape> condition) {
        int low = 0;
        int high = runs.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (condition.test(runs.get(middle))) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
