package dev.firn.e2e;

import dev.firn.e2e.Change.RowKey;
import dev.firn.e2e.Told.Tale;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.types.RowKind;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/** What a feed of a table must tell from the earliest snapshot on: where the rows of two snapshots in a row differ. */
final class FeedOracle {

    private final List<Snapshot> oldestFirst = new ArrayList<>();
    private final Map<Long, List<Tale>> bySnapshot = new HashMap<>();

    FeedOracle(Table table) {
        SnapshotUtil.currentAncestors(table).forEach(oldestFirst::add);
        Collections.reverse(oldestFirst);
        SortedMap<RowKey, String> before = new TreeMap<>();
        for (Snapshot snapshot : oldestFirst) {
            SortedMap<RowKey, String> after = SnapshotOracle.rowsOfSharedTable(table, snapshot);
            bySnapshot.put(snapshot.snapshotId(), differences(snapshot.snapshotId(), before, after));
            before = after;
        }
    }

    private static List<Tale> differences(
            long snapshot, SortedMap<RowKey, String> before, SortedMap<RowKey, String> after) {
        TreeSet<RowKey> keys = new TreeSet<>(before.keySet());
        keys.addAll(after.keySet());
        List<Tale> tales = new ArrayList<>();
        for (RowKey key : keys) {
            change(key, before.get(key), after.get(key)).forEach(change -> tales.add(new Tale(snapshot, change)));
        }
        return tales;
    }

    private static List<Change> change(RowKey key, @Nullable String before, @Nullable String after) {
        if (Objects.equals(before, after)) {
            return List.of();
        }
        if (before == null) {
            return List.of(new Change(RowKind.INSERT, key, after));
        }
        if (after == null) {
            return List.of(new Change(RowKind.DELETE, key, before));
        }
        return List.of(new Change(RowKind.UPDATE_BEFORE, key, before), new Change(RowKind.UPDATE_AFTER, key, after));
    }

    List<Snapshot> snapshots() {
        return List.copyOf(oldestFirst);
    }

    List<Tale> changesOf(Snapshot snapshot) {
        return Objects.requireNonNull(bySnapshot.get(snapshot.snapshotId()));
    }

    /** How many rows are told from the first snapshot to the newest. */
    int count() {
        return bySnapshot.values().stream().mapToInt(List::size).sum();
    }

    /** By key, in the order of the snapshots. */
    Map<RowKey, List<Tale>> byKey() {
        Map<RowKey, List<Tale>> tales = new HashMap<>();
        for (Snapshot snapshot : oldestFirst) {
            for (Tale tale : changesOf(snapshot)) {
                tales.computeIfAbsent(tale.change().key(), key -> new ArrayList<>())
                        .add(tale);
            }
        }
        return tales;
    }
}
