package dev.firn.columns;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
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

    /** Appends values of a page that lie there with their lengths ahead of them; where the page goes on. */
    int appendWithLengths(PageBytes page, int from, int count) {
        byte[] source = page.array();
        int last = page.end();
        reserveRows(count);
        int row = size();
        int to = ends[row];
        int at = from;
        for (int i = 0; i < count; i++) {
            int length = PageBytes.lengthAt(source, at, last);
            at += Integer.BYTES;
            int end = Math.addExact(to, length);
            if (end > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(end, capacityBeyond(bytes.length)));
            }
            System.arraycopy(source, at, bytes, to, length);
            at += length;
            to = end;
            ends[row + i + 1] = end;
        }
        added(count);
        return at;
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
    void reserveRows(int rows) {
        int needed = Math.addExact(size() + 1, rows);
        if (needed > ends.length) {
            ends = Arrays.copyOf(ends, Math.max(needed, capacityBeyond(ends.length)));
        }
    }

    /** Makes room for so many bytes more. */
    void reserveBytes(int count) {
        int needed = Math.addExact(totalBytes(), count);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, needed);
        }
    }

    @Override
    void copyAll(ColumnVector other, HybridRuns otherRows, int count) {
        BytesVector from = (BytesVector) other;
        reserveRows(count);
        for (int i = 0; i < count; i++) {
            int row = Objects.checkIndex(otherRows.next(), from.size());
            append(from.bytes, from.ends[row], from.length(row));
        }
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
