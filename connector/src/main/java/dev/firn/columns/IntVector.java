package dev.firn.columns;

import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.Objects;

/** {@code BOOLEAN} as 0 and 1, {@code INT32}, and the bits of {@code FLOAT}. */
public final class IntVector extends ColumnVector {

    private int[] values = new int[MIN_CAPACITY];

    public void append(int value) {
        if (size() == values.length) {
            values = Arrays.copyOf(values, capacityBeyond(size()));
        }
        values[size()] = value;
        added();
    }

    /** Appends the next values of a buffer, and goes behind them. */
    void append(IntBuffer from, int count) {
        reserveRows(count);
        from.get(values, size(), count);
        added(count);
    }

    /** Anything where there is a null. */
    public int get(int row) {
        return values[row];
    }

    /** All values; anything where there is a null. Valid until the next change. */
    int[] values() {
        return values;
    }

    /** Copies the values that are not null, and tells how many there are. */
    int copyPresent(int[] to) {
        int present = 0;
        for (int row = 0; row < size(); row++) {
            if (!isNull(row)) {
                to[present++] = values[row];
            }
        }
        return present;
    }

    @Override
    void reserveRows(int rows) {
        int needed = Math.addExact(size(), rows);
        if (needed > values.length) {
            values = Arrays.copyOf(values, Math.max(needed, capacityBeyond(size())));
        }
    }

    @Override
    void copyAll(ColumnVector other, HybridRuns otherRows, int count) {
        int[] from = ((IntVector) other).values;
        int limit = other.size();
        reserveRows(count);
        int at = size();
        for (int i = 0; i < count; i++) {
            values[at + i] = from[Objects.checkIndex(otherRows.next(), limit)];
        }
        added(count);
    }

    @Override
    public long usedBytes() {
        return (long) Integer.BYTES * size();
    }

    @Override
    void appendNothing() {
        if (size() == values.length) {
            values = Arrays.copyOf(values, capacityBeyond(size()));
        }
    }

    @Override
    void copy(ColumnVector other, int row) {
        append(((IntVector) other).values[row]);
    }
}
