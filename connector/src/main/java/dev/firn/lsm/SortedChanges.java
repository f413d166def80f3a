package dev.firn.lsm;

import dev.firn.key.Key;
import dev.firn.key.KeyView;
import dev.firn.key.SortedKeys;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.data.binary.BinaryRowData;

/** The changes of a write buffer in key order, in its memory: not to be used after the buffer's next change. */
final class SortedChanges implements SortedKeys {

    /** So many changes ahead of the one that is read the next one is looked at. */
    private static final int CHANGES_AHEAD = 4;

    private static final int CACHE_LINE_BYTES = 64;

    private final Arena arena;
    private final int[] addresses;
    private final BinaryRowData row;

    /** Keeps what was looked at from being optimized away. */
    @SuppressWarnings("UnusedVariable")
    private int seen;

    /** @param addresses marked where the change deletes */
    SortedChanges(Arena arena, int[] addresses, int rowArity) {
        this.arena = arena;
        this.addresses = addresses;
        this.row = new BinaryRowData(rowArity);
    }

    @Override
    public int size() {
        return addresses.length;
    }

    @Override
    public void read(int i, KeyView view) {
        lookAt(Math.min(i + CHANGES_AHEAD, addresses.length - 1));
        byte[] page = arena.page(addresses[i]);
        int offset = Arena.offset(addresses[i]);
        int start = offset + MemTable.HEADER_BYTES;
        view.at(page, start, start + (int) Arena.INTS.get(page, offset));
    }

    /**
     * In key order each change is somewhere else in memory: the bytes of one are on their way while others are read.
     */
    private void lookAt(int i) {
        byte[] page = arena.page(addresses[i]);
        int offset = Arena.offset(addresses[i]);
        seen += page[offset] + page[Math.min(offset + CACHE_LINE_BYTES, page.length - 1)];
    }

    /** Told without a look at the change, which is somewhere else in memory for each. */
    boolean isDelete(int i) {
        return (addresses[i] & Arena.MARK) != 0;
    }

    /** The row of a change that is no delete; one object, moved from row to row. */
    BinaryRowData row(int i) {
        int offset = Arena.offset(addresses[i]);
        int keyLength = (int) Arena.INTS.get(arena.page(addresses[i]), offset);
        int rowLength = (int) Arena.INTS.get(arena.page(addresses[i]), offset + MemTable.ROW_LENGTH);
        row.pointTo(arena.segment(addresses[i]), offset + MemTable.HEADER_BYTES + keyLength, rowLength);
        return row;
    }

    List<Key> deletedKeys() {
        List<Key> deleted = new ArrayList<>();
        KeyView key = new KeyView();
        for (int i = 0; i < size(); i++) {
            if (isDelete(i)) {
                read(i, key);
                deleted.add(key.copy());
            }
        }
        return deleted;
    }
}
