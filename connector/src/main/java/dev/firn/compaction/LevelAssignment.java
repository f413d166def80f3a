package dev.firn.compaction;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The level of each file when a table is loaded, since the name of a file tells no more than where it was written. */
public final class LevelAssignment {

    private final Map<Integer, List<RunShape>> levels = new HashMap<>();
    private final Map<String, Integer> assigned = new HashMap<>();
    private final int last;
    private final int firstDisjoint;

    private LevelAssignment(List<RunShape> runs, CompactionStrategy strategy) {
        int deepest = runs.stream().mapToInt(RunShape::level).max().orElse(0);
        last = Math.max(strategy == CompactionStrategy.TIERED ? 2 : 1, deepest);
        firstDisjoint = strategy == CompactionStrategy.TIERED ? last : 1;
    }

    /** {@link #assign(List, CompactionStrategy)} for {@link CompactionStrategy#LEVELED}, which serves any strategy. */
    public static Map<String, Integer> assign(List<RunShape> runs) {
        return assign(runs, CompactionStrategy.LEVELED);
    }

    /**
     * Each file keeps the level it claims where it may. Of two that claim one level but overlap, the smaller one goes
     * to the deepest level above that has room for it, or to level 0. A file of level 0 that overlaps nothing, or much
     * smaller files of level 0 only, goes as deep as a trivial move could take it.
     *
     * @param runs with {@link RunShape#level()} as claimed; their order does not matter
     * @return the level of each run by location; with {@link CompactionStrategy#LEVELED} the runs of a level above 0
     *     are disjoint, with {@link CompactionStrategy#TIERED} those of the last level
     */
    public static Map<String, Integer> assign(List<RunShape> runs, CompactionStrategy strategy) {
        LevelAssignment assignment = new LevelAssignment(runs, strategy);
        List<RunShape> homeless = new ArrayList<>();
        for (RunShape run : largestFirst(runs)) {
            if (assignment.hasRoom(run, run.level())) {
                assignment.put(run, run.level());
            } else {
                homeless.add(run);
            }
        }
        for (RunShape run : homeless) {
            assignment.put(run, assignment.roomAbove(run));
        }
        for (RunShape run : largestFirst(runs)) {
            if (run.level() == 0 && assignment.isNoFlush(run)) {
                assignment.sink(run);
            }
        }
        return Map.copyOf(assignment.assigned);
    }

    private static List<RunShape> largestFirst(List<RunShape> runs) {
        return runs.stream()
                .sorted(Comparator.comparingLong(RunShape::liveBytes).reversed().thenComparing(Level.ORDER))
                .toList();
    }

    private void put(RunShape run, int level) {
        levels.computeIfAbsent(level, number -> new ArrayList<>()).add(run);
        assigned.put(run.location(), level);
    }

    private boolean hasRoom(RunShape run, int level) {
        return level < firstDisjoint || isEmptyAt(run.keys(), level);
    }

    private boolean isEmptyAt(KeySpan keys, int level) {
        return levels.getOrDefault(level, List.of()).stream()
                .noneMatch(other -> other.keys().overlaps(keys));
    }

    private int roomAbove(RunShape run) {
        int level = run.level() - 1;
        while (!hasRoom(run, level)) {
            level--;
        }
        return level;
    }

    private boolean isNoFlush(RunShape run) {
        return levels.getOrDefault(0, List.of()).stream()
                .filter(other -> !other.location().equals(run.location()))
                .filter(other -> other.keys().overlaps(run.keys()))
                .allMatch(run::dwarfs);
    }

    private void sink(RunShape run) {
        int level = 0;
        while (level < last && isEmptyAt(run.keys(), level + 1)) {
            level++;
        }
        if (level >= firstDisjoint) {
            levels.getOrDefault(0, new ArrayList<>()).remove(run);
            put(run, level);
        }
    }
}
