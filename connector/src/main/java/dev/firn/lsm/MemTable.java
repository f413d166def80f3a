package dev.firn.lsm;

import dev.firn.key.KeyView;
import java.util.Arrays;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.binary.BinarySegmentUtils;
import org.jspecify.annotations.Nullable;

/**
 * The last change of each key since the last flush. A change of a key takes the place of the one before, and its memory
 * if it fits in there; else more than it needs, so that a key whose rows keep growing leaves little behind.
 *
 * <p>Changes are bytes in an {@link Arena}, found by open addressing: a change makes no object.
 *
 * <pre>
 * change = key-length row-length row-capacity key row       lengths are ints; what deletes has no row
 * </pre>
 */
final class MemTable {

    static final int ROW_LENGTH = Integer.BYTES;
    static final int ROW_CAPACITY = 2 * Integer.BYTES;
    static final int HEADER_BYTES = 3 * Integer.BYTES;

    private static final int MIN_SLOTS = 16;
    private static final int ROW_UNIT = 8;

    private final Arena arena = new Arena();

    /** For each change half of its key's hash, and behind it its number plus one; 0 where there is none. */
    private long[] slots = {};

    /**
     * The changes by number, marked if they delete. Numbers are given in the order of arrival, which is that of memory
     * but for changes that have outgrown their place.
     */
    private int[] addresses = {};

    private int size;
    private int rowArity;

    /** @param row copied */
    void upsert(KeyView key, BinaryRowData row) {
        rowArity = row.getArity();
        put(key, row);
    }

    void delete(KeyView key) {
        put(key, null);
    }

    private void put(KeyView key, @Nullable BinaryRowData row) {
        if (size == addresses.length) {
            grow();
        }
        int hash = (int) (key.hash() >>> Integer.SIZE);
        int slot = hash & (slots.length - 1);
        while (slots[slot] != 0) {
            if ((int) (slots[slot] >>> Integer.SIZE) == hash && hasKey(addresses[number(slots[slot])], key)) {
                replace(number(slots[slot]), key, row);
                return;
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        addresses[size] = marked(add(key, row, row == null ? 0 : row.getSizeInBytes()), row);
        slots[slot] = ((long) hash << Integer.SIZE) | ++size;
    }

    private void replace(int number, KeyView key, @Nullable BinaryRowData row) {
        int address = Arena.unmarked(addresses[number]);
        int capacity = (int) Arena.INTS.get(arena.page(address), Arena.offset(address) + ROW_CAPACITY);
        if (row == null || row.getSizeInBytes() <= capacity) {
            writeRow(address, row);
        } else {
            int more = Math.max(row.getSizeInBytes(), (capacity + capacity / 2) & -ROW_UNIT);
            address = add(key, row, more);
        }
        addresses[number] = marked(address, row);
    }

    private int add(KeyView key, @Nullable BinaryRowData row, int capacity) {
        int address = arena.allocate(Math.addExact(HEADER_BYTES + key.length(), capacity));
        byte[] page = arena.page(address);
        int offset = Arena.offset(address);
        Arena.INTS.set(page, offset, key.length());
        Arena.INTS.set(page, offset + ROW_CAPACITY, capacity);
        System.arraycopy(key.bytes(), key.from(), page, offset + HEADER_BYTES, key.length());
        writeRow(address, row);
        return address;
    }

    private void writeRow(int address, @Nullable BinaryRowData row) {
        if (row == null) {
            return;
        }
        byte[] page = arena.page(address);
        int offset = Arena.offset(address);
        int keyLength = (int) Arena.INTS.get(page, offset);
        Arena.INTS.set(page, offset + ROW_LENGTH, row.getSizeInBytes());
        BinarySegmentUtils.copyToBytes(
                row.getSegments(), row.getOffset(), page, offset + HEADER_BYTES + keyLength, row.getSizeInBytes());
    }

    private boolean hasKey(int address, KeyView key) {
        byte[] page = arena.page(address);
        int offset = Arena.offset(address);
        int start = offset + HEADER_BYTES;
        return (int) Arena.INTS.get(page, offset) == key.length()
                && Arrays.equals(page, start, start + key.length(), key.bytes(), key.from(), key.to());
    }

    private void grow() {
        long[] before = slots;
        slots = new long[Math.max(MIN_SLOTS, Math.multiplyExact(2, before.length))];
        addresses = Arrays.copyOf(addresses, slots.length / 4 * 3);
        for (long change : before) {
            if (change != 0) {
                int slot = (int) (change >>> Integer.SIZE) & (slots.length - 1);
                while (slots[slot] != 0) {
                    slot = (slot + 1) & (slots.length - 1);
                }
                slots[slot] = change;
            }
        }
    }

    private static int number(long slot) {
        return (int) slot - 1;
    }

    private static int marked(int address, @Nullable BinaryRowData row) {
        return row == null ? address | Arena.MARK : address;
    }

    /** Heap that the buffer holds, of which a part may be free. */
    long bytes() {
        return arena.bytes() + (long) Long.BYTES * slots.length + (long) Integer.BYTES * addresses.length;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The changes in key order, to be read until the next change. */
    SortedChanges sorted() {
        int[] sorted = Arrays.copyOf(addresses, size);
        new ChangeSort(arena, sorted).sort();
        return new SortedChanges(arena, sorted, rowArity);
    }

    void clear() {
        arena.clear();
        slots = new long[0];
        addresses = new int[0];
        size = 0;
    }
}
