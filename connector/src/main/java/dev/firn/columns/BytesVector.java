package dev.firn.columns;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.flink.core.memory.MemorySegment;

/** {@code BINARY} and {@code FIXED_LEN_BYTE_ARRAY}, one value behind the other. */
public final class BytesVector extends ColumnVector {

    private byte[] bytes = new byte[MIN_CAPACITY];

    /** Where each value ends, from 1 on: that of row {@code i} is in {@code [ends[i], ends[i + 1])}. */
    private int[] ends = new int[MIN_CAPACITY];

    public void append(byte[] from, int offset, int length) {
        int start = reserve(length);
        System.arraycopy(from, offset, bytes, start, length);
        added();
    }

    /** Appends what is left of a buffer, whose position stays. */
    public void append(ByteBuffer value) {
        int length = value.remaining();
        int start = reserve(length);
        value.get(value.position(), bytes, start, length);
        added();
    }

    /** Appends bytes of a Flink row. */
    void append(MemorySegment from, int offset, int length) {
        int start = reserve(length);
        from.get(offset, bytes, start, length);
        added();
    }

    /** All values; see {@link #start} and {@link #length}. Valid until the next change. */
    public byte[] bytes() {
        return bytes;
    }

    public int start(int row) {
        return ends[row];
    }

    /** 0 where there is a null. */
    public int length(int row) {
        return ends[row + 1] - ends[row];
    }

    /** Bytes of all values. */
    public int totalBytes() {
        return ends[size()];
    }

    @Override
    public long usedBytes() {
        return totalBytes() + (long) Integer.BYTES * size();
    }

    @Override
    void appendNothing() {
        reserve(0);
    }

    @Override
    void copy(ColumnVector other, int row) {
        BytesVector from = (BytesVector) other;
        append(from.bytes, from.ends[row], from.length(row));
    }

    private int reserve(int length) {
        int row = size();
        if (row + 1 == ends.length) {
            ends = Arrays.copyOf(ends, capacityBeyond(ends.length));
        }
        int start = ends[row];
        int end = Math.addExact(start, length);
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(end, capacityBeyond(bytes.length)));
        }
        ends[row + 1] = end;
        return start;
    }
}
