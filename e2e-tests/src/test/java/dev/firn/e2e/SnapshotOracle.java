package dev.firn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.e2e.Change.RowKey;
import dev.firn.iceberg.SnapshotInvariants;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/** Knows the rows after every prefix of a changelog, and holds a table's snapshots against them. */
final class SnapshotOracle {

    private final List<Change> changes;

    /** By number of changes applied: a sum over the live rows that tells one state from another. */
    private final long[] fingerprints;

    /** @param changes everything that jobs have applied to the table, in the order in which they did */
    SnapshotOracle(List<Change> changes) {
        this.changes = changes;
        this.fingerprints = new long[changes.size() + 1];
        TreeMap<RowKey, String> rows = new TreeMap<>();
        for (int applied = 0; applied < changes.size(); applied++) {
            Change change = changes.get(applied);
            RowKey key = change.key();
            long before = fingerprint(key, rows.get(key));
            apply(change, rows);
            fingerprints[applied + 1] = fingerprints[applied] - before + fingerprint(key, rows.get(key));
        }
    }

    private static void apply(Change change, SortedMap<RowKey, String> rows) {
        switch (change.kind()) {
            case INSERT, UPDATE_AFTER -> rows.put(change.key(), Objects.requireNonNull(change.value()));
            case DELETE -> rows.remove(change.key());
            case UPDATE_BEFORE -> {}
        }
    }

    private static long fingerprint(RowKey key, @Nullable String value) {
        if (value == null) {
            return 0;
        }
        long mixed = ((long) key.hashCode() << 32 ^ value.hashCode()) * 0x9E3779B97F4A7C15L;
        return (mixed ^ mixed >>> 29) * 0xBF58476D1CE4E5B9L;
    }

    SortedMap<RowKey, String> rowsAfter(int applied) {
        SortedMap<RowKey, String> rows = new TreeMap<>();
        changes.subList(0, applied).forEach(change -> apply(change, rows));
        return rows;
    }

    /** The first of the prefixes that end with the given one and differ from it in nothing. */
    int settled(int applied) {
        int first = applied;
        while (first > 0 && fingerprints[first - 1] == fingerprints[applied]) {
            first--;
        }
        return first;
    }

    /**
     * Every snapshot holds the rows after some prefix of the changelog, each a longer one than its parent but for
     * compactions, and the newest after all of it.
     *
     * @return the prefixes' lengths, from the oldest snapshot to the newest, without compactions
     */
    List<Integer> check(Table table) {
        List<Snapshot> oldestFirst = new ArrayList<>();
        SnapshotUtil.currentAncestors(table).forEach(oldestFirst::add);
        Collections.reverse(oldestFirst);
        List<Integer> prefixes = new ArrayList<>();
        int applied = 0;
        for (Snapshot snapshot : oldestFirst) {
            SortedMap<RowKey, String> rows = rows(table, snapshot);
            if (snapshot.operation().equals(DataOperations.REPLACE)) {
                assertThat(rows).as("rows after the compaction %s", snapshot).isEqualTo(rowsAfter(applied));
                SnapshotInvariants.compactionKeepsLineage(table, snapshot, SnapshotOracle::key);
                continue;
            }
            applied = prefix(rows, applied + 1, snapshot);
            assertThat(rows).as("rows of %s", snapshot).isEqualTo(rowsAfter(applied));
            prefixes.add(applied);
        }
        assertThat(fingerprints[applied])
                .as("the newest snapshot is the state after %s changes of %s", applied, changes.size())
                .isEqualTo(fingerprints[changes.size()]);
        return prefixes;
    }

    private int prefix(SortedMap<RowKey, String> rows, int atLeast, Snapshot snapshot) {
        long wanted = rows.entrySet().stream()
                .mapToLong(row -> fingerprint(row.getKey(), row.getValue()))
                .sum();
        for (int applied = atLeast; applied < fingerprints.length; applied++) {
            if (fingerprints[applied] == wanted) {
                return applied;
            }
        }
        throw new AssertionError("The %s rows of %s are the state after no prefix of at least %s of %s changes"
                .formatted(rows.size(), snapshot, atLeast, changes.size()));
    }

    /** Rows of a snapshot, which are checked to be unique by key. */
    static SortedMap<RowKey, String> rows(Table table, @Nullable Snapshot snapshot) {
        SortedMap<RowKey, String> rows = new TreeMap<>();
        if (snapshot != null) {
            SnapshotInvariants.rows(table, snapshot, SnapshotOracle::key)
                    .forEach((key, row) -> rows.put(key, (String) row.getField("value")));
        }
        return rows;
    }

    /** Rows of a snapshot of a table that others write to as well, which are checked to be unique by key. */
    static SortedMap<RowKey, String> rowsOfSharedTable(Table table, Snapshot snapshot) {
        SortedMap<RowKey, String> rows = new TreeMap<>();
        SnapshotInvariants.rowsOfSharedTable(table, snapshot, SnapshotOracle::key)
                .forEach((key, row) -> rows.put(key, (String) row.getField("value")));
        return rows;
    }

    private static RowKey key(Record row) {
        return new RowKey((String) row.getField("region"), (Long) row.getField("id"));
    }
}
