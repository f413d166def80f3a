package dev.firn.columns;

import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Objects;

/** {@code INT64}, and the bits of {@code DOUBLE}. */
public final class LongVector extends ColumnVector {

    private long[] values = new long[MIN_CAPACITY];

    public void append(long value) {
        if (size() == values.length) {
            values = Arrays.copyOf(values, capacityBeyond(size()));
        }
        values[size()] = value;
        added();
    }

    /** Appends the next values of a buffer, and goes behind them. */
    void append(LongBuffer from, int count) {
        reserveRows(count);
        from.get(values, size(), count);
        added(count);
    }

    /** Anything where there is a null. */
    public long get(int row) {
        return values[row];
    }

    /** All values; anything where there is a null. Valid until the next change. */
    long[] values() {
        return values;
    }

    /** Copies the values that are not null, and tells how many there are. */
    int copyPresent(long[] to) {
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
        long[] from = ((LongVector) other).values;
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
        return (long) Long.BYTES * size();
    }

    @Override
    void appendNothing() {
        if (size() == values.length) {
            values = Arrays.copyOf(values, capacityBeyond(size()));
        }
    }

    @Override
    void copy(ColumnVector other, int row) {
        append(((LongVector) other).values[row]);
    }
}
