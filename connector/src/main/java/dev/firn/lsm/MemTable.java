package dev.firn.lsm;

import dev.firn.key.Key;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.jspecify.annotations.Nullable;

/**
 * The last change of each key since the last flush. A change of a key takes the place and the memory of the one before.
 */
final class MemTable {

    /** What an entry costs beside its bytes: map node, key, row, segments and their headers, on a 64-bit heap. */
    private static final long ENTRY_OVERHEAD_BYTES = 200;

    private final Map<Key, Change> changes = new HashMap<>();
    private long bytes;

    /** One key's last change; a null row deletes. */
    record Change(Key key, @Nullable BinaryRowData row) {

        private long bytes() {
            return ENTRY_OVERHEAD_BYTES + key.bytes().length + (row == null ? 0 : row.getSizeInBytes());
        }
    }

    /** @param row kept as it is, so it must be the caller's to give away */
    void upsert(Key key, BinaryRowData row) {
        put(new Change(key, row));
    }

    void delete(Key key) {
        put(new Change(key, null));
    }

    private void put(Change change) {
        Change before = changes.put(change.key(), change);
        bytes += change.bytes() - (before == null ? 0 : before.bytes());
    }

    /** Heap that the buffered changes hold, estimated. */
    long bytes() {
        return bytes;
    }

    int size() {
        return changes.size();
    }

    boolean isEmpty() {
        return changes.isEmpty();
    }

    /** The changes in key order. */
    List<Change> sorted() {
        List<Change> sorted = new ArrayList<>(changes.values());
        sorted.sort(Comparator.comparing(Change::key));
        return sorted;
    }

    void clear() {
        changes.clear();
        bytes = 0;
    }
}
