package dev.firn.lsm;

import dev.firn.key.Key;
import dev.firn.key.KeyView;
import dev.firn.key.SortedKeys;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.data.binary.BinaryRowData;

/** The changes of a write buffer in key order, in its memory: not to be used after the buffer's next change. */
final class SortedChanges implements SortedKeys {

    private static final int CACHE_LINE_BYTES = 64;
    private static final int MOST_LINES = 8;

    private final Arena arena;
    private final int[] addresses;
    private final LookAhead keys;
    private final LookAhead changes;
    private final BinaryRowData row;

    /** @param addresses marked where the change deletes */
    SortedChanges(Arena arena, int[] addresses, int rowArity) {
        this.arena = arena;
        this.addresses = addresses;
        this.keys = new LookAhead(1);
        this.changes = new LookAhead((int)
                Math.min(MOST_LINES, 1 + arena.bytes() / Math.max(1, addresses.length) / CACHE_LINE_BYTES));
        this.row = new BinaryRowData(rowArity);
    }

    @Override
    public int size() {
        return addresses.length;
    }

    @Override
    public void read(int i, KeyView view) {
        keys.at(i);
        byte[] page = arena.page(addresses[i]);
        int offset = Arena.offset(addresses[i]);
        int start = offset + MemTable.HEADER_BYTES;
        view.at(page, start, start + (int) Arena.INTS.get(page, offset));
    }

    /**
     * In key order each change is somewhere else in memory. Of the next ones some bytes are read in one go, with
     * nothing between one and the next, so that the processor waits for all of them at once.
     */
    private final class LookAhead {

        private static final int CHANGES = 32;

        private final int lines;
        private int from;
        private int to;

        /** Keeps what was read from being optimized away. */
        @SuppressWarnings("UnusedVariable")
        private int seen;

        /** @param lines of the cache that are read of each change */
        LookAhead(int lines) {
            this.lines = lines;
        }

        void at(int i) {
            if (i < from || i >= to) {
                from = i;
                to = Math.min(i + CHANGES, addresses.length);
                seen = sum();
            }
        }

        private int sum() {
            int sum = 0;
            for (int i = from; i < to; i++) {
                byte[] page = arena.page(addresses[i]);
                int offset = Arena.offset(addresses[i]);
                for (int line = 0; line < lines; line++) {
                    sum += page[Math.min(offset + line * CACHE_LINE_BYTES, page.length - 1)];
                }
            }
            return sum;
        }
    }

    /** Told without a look at the change, which is somewhere else in memory for each. */
    boolean isDelete(int i) {
        return (addresses[i] & Arena.MARK) != 0;
    }

    /** The row of a change that is no delete; one object, moved from row to row. */
    BinaryRowData row(int i) {
        changes.at(i);
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
