package dev.firn.columns;

import java.util.Arrays;

/** The different values of a column chunk, numbered as they came: open addressing, at most half full. */
final class LongDictionary {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private long[] entries = new long[ColumnVector.MIN_CAPACITY];

    /** A power of two, twice as many as entries at least. An entry's number and one more, 0 if there is none. */
    private int[] slots = new int[2 * ColumnVector.MIN_CAPACITY];

    private int size;

    int size() {
        return size;
    }

    /** In order of their numbers, the first {@link #size} of them. */
    long[] entries() {
        return entries;
    }

    void clear() {
        Arrays.fill(slots, 0);
        size = 0;
    }

    /** Tells the numbers of values, and takes in those that are new. */
    void number(long[] values, int count, int[] numbers) {
        for (int i = 0; i < count; i++) {
            numbers[i] = number(values[i]);
        }
    }

    private int number(long value) {
        int mask = slots.length - 1;
        int slot = slot(value);
        while (slots[slot] != 0) {
            int number = slots[slot] - 1;
            if (entries[number] == value) {
                return number;
            }
            slot = (slot + 1) & mask;
        }
        if (size == entries.length) {
            grow();
            slot = freeSlot(value);
        }
        entries[size] = value;
        slots[slot] = ++size;
        return size - 1;
    }

    private int slot(long value) {
        return (int) ((value * GOLDEN) >>> (Integer.SIZE + Integer.numberOfLeadingZeros(slots.length - 1)));
    }

    private int freeSlot(long value) {
        int slot = slot(value);
        while (slots[slot] != 0) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    private void grow() {
        entries = Arrays.copyOf(entries, Math.multiplyExact(2, size));
        slots = new int[Math.multiplyExact(2, entries.length)];
        for (int i = 0; i < size; i++) {
            slots[freeSlot(entries[i])] = i + 1;
        }
    }
}
