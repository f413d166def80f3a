package dev.firn.lsm;

import dev.firn.dv.LiveRun;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How large trees are.
 *
 * @param levels those that have files
 * @param rows dead ones included
 */
public record TreeStatistics(SortedMap<Integer, Level> levels, long rows, long deadRows) {

    public static final TreeStatistics NONE = new TreeStatistics(new TreeMap<>(), 0, 0);

    /** One level of all trees. */
    public record Level(long files, long bytes) {

        public static final Level EMPTY = new Level(0, 0);

        private Level plus(Level other) {
            return new Level(files + other.files, bytes + other.bytes);
        }
    }

    public static TreeStatistics of(Collection<Levels> trees) {
        TreeMap<Integer, Level> levels = new TreeMap<>();
        long rows = 0;
        long dead = 0;
        for (Levels tree : trees) {
            for (LiveRun live : tree.runs()) {
                Level before = levels.getOrDefault(live.run().level(), Level.EMPTY);
                levels.put(
                        live.run().level(),
                        before.plus(new Level(1, live.run().file().fileSizeInBytes())));
                rows += live.run().rows();
                dead += live.dead().cardinality();
            }
        }
        return new TreeStatistics(levels, rows, dead);
    }

    public Level level(int number) {
        return levels.getOrDefault(number, Level.EMPTY);
    }

    /** A level and all deeper ones together. */
    public Level from(int number) {
        return levels.tailMap(number).values().stream().reduce(Level.EMPTY, Level::plus);
    }

    public long files() {
        return levels.values().stream().mapToLong(Level::files).sum();
    }

    public long bytes() {
        return levels.values().stream().mapToLong(Level::bytes).sum();
    }

    /** Such as {@code L0=3 L2=40}: files by level. */
    public String filesByLevel() {
        StringBuilder text = new StringBuilder();
        levels.forEach((level, files) -> text.append(text.isEmpty() ? "" : " ")
                .append('L')
                .append(level)
                .append('=')
                .append(files.files()));
        return text.toString();
    }
}
