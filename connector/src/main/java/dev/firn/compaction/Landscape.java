package dev.firn.compaction;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The files of one bucket by level, and what may be done with them. */
final class Landscape {

    private final List<RunShape> runs;
    private final Reservations reserved;
    private final CompactionOptions options;
    private final List<Level> levels;

    Landscape(List<RunShape> runs, Reservations reserved, CompactionOptions options) {
        this.runs = runs;
        this.reserved = reserved;
        this.options = options;
        int deepest = runs.stream().mapToInt(RunShape::level).max().orElse(0);
        int least = options.strategy() == CompactionStrategy.TIERED
                ? 2
                : options.targets().levels(liveBytes());
        int last = Math.max(deepest, least);
        levels = IntStream.rangeClosed(0, last)
                .mapToObj(number -> new Level(
                        runs.stream().filter(run -> run.level() == number).toList()))
                .toList();
    }

    CompactionOptions options() {
        return options;
    }

    LevelTargets targets() {
        return options.targets();
    }

    List<RunShape> runs() {
        return runs;
    }

    Level level(int number) {
        return levels.get(number);
    }

    /** All files above a level, in order of their lowest keys. */
    List<RunShape> above(int number) {
        return runs.stream()
                .filter(run -> run.level() < number)
                .sorted(Level.ORDER)
                .toList();
    }

    int lastLevel() {
        return levels.size() - 1;
    }

    /** Whether runs may overlap within this level. */
    boolean isStacked(int level) {
        return level == 0 || (options.strategy() == CompactionStrategy.TIERED && level < lastLevel());
    }

    long liveBytes() {
        return Draft.live(runs);
    }

    boolean isFree(RunShape run) {
        return reserved.areFree(run);
    }

    /** Neither input of a running merge nor about to be: what counts for the size of its level. */
    boolean isStaying(RunShape run) {
        return !reserved.areTaking(run);
    }

    boolean isBeingWritten(int level, KeySpan keys) {
        return reserved.areWriting(level, keys);
    }

    boolean fits(Collection<RunShape> inputs) {
        JobLimits limits = options.limits();
        return inputs.size() <= 2
                || (Draft.bytes(inputs) <= limits.bytes()
                        && inputs.stream().mapToLong(RunShape::rows).sum() <= limits.rows());
    }

    /** The merge of these files into that level, whatever its size; null if it meets what is reserved. */
    @Nullable Draft draftOfAnySize(Collection<RunShape> chosen, int outputLevel) {
        Set<RunShape> inputs = new LinkedHashSet<>(chosen);
        if (!isStacked(outputLevel)) {
            while (inputs.addAll(level(outputLevel).overlapping(Draft.hull(inputs)))) {
                // what was pulled in may reach further than the level below should let it
            }
            if (isBeingWritten(outputLevel, Draft.hull(inputs))) {
                return null;
            }
        }
        return inputs.stream().allMatch(this::isFree) ? new Draft(new ArrayList<>(inputs), outputLevel) : null;
    }

    /** The merge of these files into that level; null if it meets what is reserved, or is more than one job may do. */
    @Nullable Draft draft(Collection<RunShape> chosen, int outputLevel) {
        Draft draft = draftOfAnySize(chosen, outputLevel);
        return draft != null && fits(draft.inputs()) ? draft : null;
    }

    /** Whether what a merge within its level writes can still go down afterwards, as far as its size tells. */
    boolean canDescend(Draft draft) {
        int next = draft.outputLevel() + 1;
        if (next > lastLevel() || isStacked(next) || isStacked(draft.outputLevel())) {
            return true;
        }
        Set<RunShape> inputs = new LinkedHashSet<>(draft.inputs());
        inputs.addAll(level(next).overlapping(Draft.hull(inputs)));
        return fits(inputs);
    }
}
