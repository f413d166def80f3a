package dev.firn.columns;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The different values of a column chunk, numbered as they came: open addressing, at most half full. */
final class BytesDictionary {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private byte[] bytes = new byte[16 * ColumnVector.MIN_CAPACITY];
    private int byteSize;
    private int[] starts = new int[ColumnVector.MIN_CAPACITY];
    private int[] lengths = new int[ColumnVector.MIN_CAPACITY];
    private int[] hashes = new int[ColumnVector.MIN_CAPACITY];

    /** A power of two, twice as many as entries at least. An entry's number and one more, 0 if there is none. */
    private int[] slots = new int[2 * ColumnVector.MIN_CAPACITY];

    private int size;

    int size() {
        return size;
    }

    /** All entries one behind the other. */
    byte[] bytes() {
        return bytes;
    }

    int byteSize() {
        return byteSize;
    }

    int[] starts() {
        return starts;
    }

    int[] lengths() {
        return lengths;
    }

    void clear() {
        Arrays.fill(slots, 0);
        size = 0;
        byteSize = 0;
    }

    /** Tells the numbers of values, and takes in those that are new. */
    void number(DenseBytes values, int[] numbers) {
        for (int i = 0; i < values.count(); i++) {
            numbers[i] = number(values.bytes(), values.starts()[i], values.lengths()[i]);
        }
    }

    private int number(byte[] from, int start, int length) {
        int hash = hash(from, start, length);
        int slot = hash & (slots.length - 1);
        while (slots[slot] != 0) {
            int number = slots[slot] - 1;
            if (hashes[number] == hash && isEntry(number, from, start, length)) {
                return number;
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        if (size == starts.length) {
            grow();
            slot = freeSlot(hash);
        }
        add(from, start, length);
        hashes[size] = hash;
        slots[slot] = ++size;
        return size - 1;
    }

    private boolean isEntry(int number, byte[] from, int start, int length) {
        return lengths[number] == length
                && Arrays.equals(bytes, starts[number], starts[number] + length, from, start, start + length);
    }

    private void add(byte[] from, int start, int length) {
        int end = Math.addExact(byteSize, length);
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(end, ColumnVector.capacityBeyond(bytes.length)));
        }
        System.arraycopy(from, start, bytes, byteSize, length);
        starts[size] = byteSize;
        lengths[size] = length;
        byteSize = end;
    }

    private static int hash(byte[] from, int start, int length) {
        long hash = length;
        int at = start;
        int end = start + length;
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            hash = mix(hash ^ (long) LONGS.get(from, at));
        }
        long rest = 0;
        for (; at < end; at++) {
            rest = (rest << Byte.SIZE) | (from[at] & 0xFF);
        }
        return (int) mix(hash ^ rest);
    }

    private static long mix(long value) {
        long product = value * GOLDEN;
        return product ^ (product >>> Integer.SIZE);
    }

    private int freeSlot(int hash) {
        int slot = hash & (slots.length - 1);
        while (slots[slot] != 0) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    private void grow() {
        int capacity = Math.multiplyExact(2, size);
        starts = Arrays.copyOf(starts, capacity);
        lengths = Arrays.copyOf(lengths, capacity);
        hashes = Arrays.copyOf(hashes, capacity);
        slots = new int[Math.multiplyExact(2, capacity)];
        for (int i = 0; i < size; i++) {
            slots[freeSlot(hashes[i])] = i + 1;
        }
    }
}
