package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.iceberg.FaultyCatalog;
import dev.firn.iceberg.SnapshotInvariants;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * What a table of {@link RegionalRows} that a sink and others write must hold: values by key, to which the changes of a
 * commit are applied when its snapshot appears in the table, in the order of the snapshots.
 */
final class ExpectedRows {

    private final FaultyCatalog catalog;
    private final TreeMap<String, String> values = new TreeMap<>();
    private final Map<Long, Changes> bySnapshot = new HashMap<>();
    private final Map<String, Changes> byMarker = new HashMap<>();
    private final Set<Long> seen = new HashSet<>();

    /** The last change of each key; an empty one deletes. */
    @SuppressWarnings("serial")
    static final class Changes extends TreeMap<String, Optional<String>> {

        void add(RegionalRows.Change change) {
            if (!change.isPreImage()) {
                put(change.key(), change.after());
            }
        }

        private void applyTo(Map<String, String> values) {
            forEach((key, value) ->
                    value.ifPresentOrElse(present -> values.put(key, present), () -> values.remove(key)));
        }
    }

    ExpectedRows(FaultyCatalog catalog) {
        this.catalog = catalog;
    }

    /** The values after the newest snapshot that was looked at. */
    Map<String, String> values() {
        return Collections.unmodifiableMap(values);
    }

    /** A checkpoint of the sink was taken, and will be committed with this marker, or never. */
    void taken(String marker, Changes changes) {
        byMarker.put(marker, changes);
    }

    /** Of a checkpoint that was not committed, or had no need to be. */
    @Nullable Changes uncommitted(String marker) {
        return byMarker.get(marker);
    }

    /** Somebody else has committed these, unless it came to no snapshot. */
    void committed(Changes changes) {
        Snapshot current = catalog.table().currentSnapshot();
        if (current != null && !seen.contains(current.snapshotId())) {
            bySnapshot.put(current.snapshotId(), changes);
        }
    }

    /**
     * Snapshots that were not looked at, the oldest first. Each is to be given to {@link #apply}, or changes nothing.
     */
    List<Snapshot> newSnapshots() {
        List<Snapshot> fresh = new ArrayList<>();
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(catalog.table())) {
            if (seen.add(snapshot.snapshotId())) {
                fresh.add(snapshot);
            }
        }
        Collections.reverse(fresh);
        return fresh;
    }

    void apply(Snapshot snapshot) {
        if (!isOurs(snapshot)) {
            Objects.requireNonNull(bySnapshot.remove(snapshot.snapshotId())).applyTo(values);
        } else if (!replaces(snapshot)) {
            Objects.requireNonNull(byMarker.remove(RegionalRows.marker(snapshot)), "committed twice, or never taken")
                    .applyTo(values);
        }
    }

    /** Somebody has rolled the table back. */
    void rollBackTo(Map<String, String> earlier) {
        values.clear();
        values.putAll(earlier);
    }

    void assertAsIn(@Nullable Snapshot snapshot) {
        Map<String, String> rows = new TreeMap<>();
        if (snapshot != null) {
            SnapshotInvariants.rowsOfSharedTable(catalog.table(), snapshot, RegionalRows::key)
                    .forEach((key, row) -> rows.put(key, String.valueOf(row.get(2))));
        }
        assertThat(rows)
                .as("rows of the snapshot of %s", snapshot == null ? "nobody" : snapshot.summary())
                .isEqualTo(values);
    }

    static boolean isOurs(Snapshot snapshot) {
        return snapshot.summary().containsKey("firn.sink-id");
    }

    static boolean replaces(Snapshot snapshot) {
        return snapshot.operation().equals(DataOperations.REPLACE);
    }
}
