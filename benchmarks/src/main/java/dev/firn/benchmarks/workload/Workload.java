package dev.firn.benchmarks.workload;

import java.io.Serializable;
import java.util.Locale;
import java.util.Map;

/**
 * A changelog: a load of distinct rows, then updates of them. Its keys are dealt to lanes, so that each lane's changes
 * can be made without the others'.
 *
 * @param name what it is called in results
 * @param size how much of it
 * @param updates which keys are updated
 * @param rows what a row looks like
 * @param lanes subtasks of the source, and of everything behind it
 */
public record Workload(String name, Size size, Updates updates, Rows rows, int lanes) implements Serializable {

    /**
     * How many changes.
     *
     * @param load distinct rows that are inserted first
     * @param updates changes that follow
     */
    public record Size(long load, long updates) implements Serializable {

        public long changes() {
            return load + updates;
        }
    }

    /**
     * Which keys are updated, and how many of the updates are deletes.
     *
     * @param deletes share of the updates that delete their key's row; a later update of the key inserts it again
     */
    public record Updates(Popularity popularity, double deletes) implements Serializable {}

    /** @param byDay whether the key begins with a day, by which the table is partitioned */
    public record Rows(KeyShape key, Payload payload, boolean byDay) implements Serializable {}

    /** The type of a row's identity. */
    public enum KeyShape {
        BIGINT,
        UUID,
        COMPOSITE
    }

    /** What a row holds beside its key. */
    public enum Payload {
        NARROW,
        WIDE
    }

    /** What most figures are of: 85 bytes a row, BIGINT keys, uniform updates, one of twenty a delete. */
    public static Workload standard(long load, long updates) {
        return new Workload(
                "uniform",
                new Size(load, updates),
                new Updates(Popularity.UNIFORM, 0.05),
                new Rows(KeyShape.BIGINT, Payload.NARROW, false),
                2);
    }

    /** This workload with other settings: {@code load}, {@code updates}, {@code popularity}, {@code key} and so on. */
    public Workload with(Map<String, String> settings) {
        Size newSize = new Size(
                Long.parseLong(settings.getOrDefault("load", Long.toString(size.load()))),
                Long.parseLong(settings.getOrDefault("updates", Long.toString(size.updates()))));
        Updates newUpdates = new Updates(
                Popularity.valueOf(upper(settings, "popularity", updates.popularity())),
                Double.parseDouble(settings.getOrDefault("deletes", Double.toString(updates.deletes()))));
        Rows newRows = new Rows(
                KeyShape.valueOf(upper(settings, "key", rows.key())),
                Payload.valueOf(upper(settings, "payload", rows.payload())),
                Boolean.parseBoolean(settings.getOrDefault("byDay", Boolean.toString(rows.byDay()))));
        return new Workload(settings.getOrDefault("workload", name), newSize, newUpdates, newRows, lanes);
    }

    private static String upper(Map<String, String> settings, String name, Enum<?> otherwise) {
        return settings.getOrDefault(name, otherwise.name()).toUpperCase(Locale.ROOT);
    }

    /** As much of it as warms a virtual machine up. */
    public Workload scaledTo(long changes) {
        double scale = Math.min(1, (double) changes / size.changes());
        return new Workload(
                name, new Size((long) (size.load() * scale), (long) (size.updates() * scale)), updates, rows, lanes);
    }
}
