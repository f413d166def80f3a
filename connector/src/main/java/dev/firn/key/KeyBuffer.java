package dev.firn.key;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinarySegmentUtils;
import org.apache.flink.table.data.binary.BinaryStringData;

/**
 * A growing array of key bytes. Every {@code put} keeps the order of its values in the unsigned order of the bytes; the
 * name says how the end of the value is found.
 */
final class KeyBuffer {

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes = new byte[64];
    private int size;

    void clear() {
        size = 0;
    }

    int size() {
        return size;
    }

    /** Moves the view to the bytes put so far. */
    KeyView show(KeyView view) {
        return view.at(bytes, 0, size);
    }

    void putByte(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
    }

    /** Four bytes, big-endian, with the sign bit flipped: negative numbers come first. */
    void putInt(int value) {
        reserve(Integer.BYTES);
        INTS.set(bytes, size, value ^ Integer.MIN_VALUE);
        size += Integer.BYTES;
    }

    /** Eight bytes, big-endian, with the sign bit flipped: negative numbers come first. */
    void putLong(long value) {
        reserve(Long.BYTES);
        LONGS.set(bytes, size, value ^ Long.MIN_VALUE);
        size += Long.BYTES;
    }

    /**
     * A big-endian two's complement number, widened to {@code width} bytes, with the sign bit flipped.
     *
     * @param unscaled at most {@code width} bytes and at least one
     */
    void putTwosComplement(byte[] unscaled, int width) {
        reserve(width);
        byte sign = (byte) (unscaled[0] < 0 ? 0xFF : 0x00);
        int padding = width - unscaled.length;
        int start = size;
        Arrays.fill(bytes, start, start + padding, sign);
        System.arraycopy(unscaled, 0, bytes, start + padding, unscaled.length);
        bytes[start] ^= (byte) 0x80;
        size += width;
    }

    /** The bytes as they are; the end is known from elsewhere: a fixed length, or the end of the key. */
    void putRaw(byte[] value) {
        reserve(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
    }

    /** The text as UTF-8; its end is known from elsewhere. */
    void putText(StringData value) {
        if (value instanceof BinaryStringData text) {
            text.ensureMaterialized();
            int length = text.getSizeInBytes();
            reserve(length);
            BinarySegmentUtils.copyToBytes(text.getSegments(), text.getOffset(), bytes, size, length);
            size += length;
        } else {
            putRaw(value.toBytes());
        }
    }

    /**
     * Marks the end of the value that was put at {@code start}: 0x00 in it becomes 0x00 0xFF, and 0x00 0x00 ends it. So
     * a value sorts ahead of its extensions whatever follows it in the key (the escape of FoundationDB's tuple layer,
     * with a longer terminator).
     */
    void terminate(int start) {
        int zeros = 0;
        for (int i = start; i < size; i++) {
            zeros += bytes[i] == 0 ? 1 : 0;
        }
        reserve(zeros + 2);
        int to = size + zeros;
        for (int i = size - 1; zeros > 0 && i >= start; i--) {
            if (bytes[i] == 0) {
                bytes[--to] = (byte) 0xFF;
            }
            bytes[--to] = bytes[i];
        }
        size += zeros;
        bytes[size++] = 0;
        bytes[size++] = 0;
    }

    private void reserve(int count) {
        if (bytes.length - size < count) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + count));
        }
    }
}
