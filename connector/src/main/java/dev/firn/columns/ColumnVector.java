package dev.firn.columns;

import java.util.BitSet;
import java.util.Objects;

/**
 * The values of one column of some rows, in Parquet's physical types: there is no object for a value. Not thread-safe.
 */
public abstract sealed class ColumnVector permits IntVector, LongVector, BytesVector {

    static final int MIN_CAPACITY = 64;

    private final BitSet nulls = new BitSet();
    private int size;

    /** Rows. */
    public final int size() {
        return size;
    }

    public final boolean isNull(int row) {
        return nulls.get(row);
    }

    public final boolean hasNulls() {
        return !nulls.isEmpty();
    }

    public final void appendNull() {
        nulls.set(size);
        appendNothing();
        size++;
    }

    final void appendNulls(int count) {
        nulls.set(size, size + count);
        for (int i = 0; i < count; i++) {
            appendNothing();
            size++;
        }
    }

    /** Appends values of another vector of this class, or nulls, by their rows there. */
    final void appendAll(ColumnVector other, HybridRuns otherRows, int count) {
        if (other.hasNulls()) {
            for (int i = 0; i < count; i++) {
                append(other, Objects.checkIndex(otherRows.next(), other.size()));
            }
        } else {
            copyAll(other, otherRows, count);
        }
    }

    /** Makes room for so many rows more, as far as it is known what they take. */
    abstract void reserveRows(int rows);

    /**
     * Appends a value of another vector, or a null.
     *
     * @param other of this class
     */
    public final void append(ColumnVector other, int row) {
        if (other.isNull(row)) {
            appendNull();
        } else {
            copy(other, row);
        }
    }

    /** Forgets all rows, and keeps the memory. */
    public void clear() {
        nulls.clear();
        size = 0;
    }

    final void added() {
        size++;
    }

    final void added(int count) {
        size += count;
    }

    /** Leaves room for a null. */
    abstract void appendNothing();

    /** Appends a value that is not null. */
    abstract void copy(ColumnVector other, int row);

    /** Appends values that are not null. */
    abstract void copyAll(ColumnVector other, HybridRuns otherRows, int count);

    /** How many bytes its values take. */
    public abstract long usedBytes();

    static int capacityBeyond(int capacity) {
        return Math.max(MIN_CAPACITY, Math.multiplyExact(2, capacity));
    }
}
