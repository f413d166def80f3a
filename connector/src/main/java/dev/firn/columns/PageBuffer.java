package dev.firn.columns;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.parquet.bytes.BytesInput;

/** The bytes of a page that is being encoded, little-endian as Parquet is. The memory is used again for the next. */
final class PageBuffer {

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] bytes = new byte[1 << 12];
    private int size;

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    /** Forgets what is behind the first bytes. */
    void truncate(int to) {
        size = to;
    }

    /** What is here, without a copy: valid until the next change. */
    BytesInput view() {
        return BytesInput.from(bytes, 0, size);
    }

    void writeByte(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
    }

    void setByte(int at, int value) {
        bytes[at] = (byte) value;
    }

    void writeInt(int value) {
        reserve(Integer.BYTES);
        INTS.set(bytes, size, value);
        size += Integer.BYTES;
    }

    void setInt(int at, int value) {
        INTS.set(bytes, at, value);
    }

    /** Writes the low bytes of a value. */
    void writeLow(long value, int count) {
        reserve(Long.BYTES);
        LONGS.set(bytes, size, value);
        size += count;
    }

    /** In groups of seven bits, the low ones first. */
    void writeVarInt(int value) {
        int rest = value;
        while ((rest & ~0x7F) != 0) {
            writeByte((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        writeByte(rest);
    }

    /** Writes numbers that are 0 or 1, eight in a byte, the first one lowest. */
    void writeBits(int[] bits, int count) {
        for (int i = 0; i < count; i += Byte.SIZE) {
            int packed = 0;
            for (int bit = 0; bit < Math.min(Byte.SIZE, count - i); bit++) {
                packed |= bits[i + bit] << bit;
            }
            writeByte(packed);
        }
    }

    void writeInts(int[] values, int count) {
        reserve(Math.multiplyExact(Integer.BYTES, count));
        byte[] to = bytes;
        for (int i = 0, at = size; i < count; i++, at += Integer.BYTES) {
            INTS.set(to, at, values[i]);
        }
        size += Integer.BYTES * count;
    }

    void writeLongs(long[] values, int count) {
        reserve(Math.multiplyExact(Long.BYTES, count));
        byte[] to = bytes;
        for (int i = 0, at = size; i < count; i++, at += Long.BYTES) {
            LONGS.set(to, at, values[i]);
        }
        size += Long.BYTES * count;
    }

    /** Writes values one behind the other, each after its length. */
    void writeSized(byte[] from, int[] starts, int[] lengths, int count) {
        int total = 0;
        for (int i = 0; i < count; i++) {
            total = Math.addExact(total, lengths[i]);
        }
        reserve(Math.addExact(total, Math.multiplyExact(Integer.BYTES, count)));
        byte[] to = bytes;
        int at = size;
        for (int i = 0; i < count; i++) {
            INTS.set(to, at, lengths[i]);
            at += Integer.BYTES;
            System.arraycopy(from, starts[i], to, at, lengths[i]);
            at += lengths[i];
        }
        size = at;
    }

    void write(byte[] from, int offset, int length) {
        reserve(length);
        System.arraycopy(from, offset, bytes, size, length);
        size += length;
    }

    private void reserve(int more) {
        int needed = Math.addExact(size, more);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, (int) Math.min(Integer.MAX_VALUE - 8, 2L * bytes.length)));
        }
    }
}
