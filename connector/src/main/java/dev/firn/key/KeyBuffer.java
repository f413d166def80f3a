package dev.firn.key;

import java.util.Arrays;

/**
 * A growing array of key bytes. Every {@code put} keeps the order of its values in the unsigned order of the bytes; the
 * name says how the end of the value is found.
 */
final class KeyBuffer {

    private byte[] bytes = new byte[64];
    private int size;

    void clear() {
        size = 0;
    }

    int size() {
        return size;
    }

    Key toKey() {
        return Key.of(Arrays.copyOf(bytes, size));
    }

    void putByte(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
    }

    /** Four bytes, big-endian, with the sign bit flipped: negative numbers come first. */
    void putInt(int value) {
        int flipped = value ^ Integer.MIN_VALUE;
        reserve(Integer.BYTES);
        for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            bytes[size++] = (byte) (flipped >>> shift);
        }
    }

    /** Eight bytes, big-endian, with the sign bit flipped: negative numbers come first. */
    void putLong(long value) {
        long flipped = value ^ Long.MIN_VALUE;
        reserve(Long.BYTES);
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            bytes[size++] = (byte) (flipped >>> shift);
        }
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

    /**
     * The bytes with 0x00 written as 0x00 0xFF, and 0x00 0x00 at the end. A value sorts ahead of its extensions
     * whatever follows it in the key (the escape of FoundationDB's tuple layer, with a longer terminator).
     */
    void putTerminated(byte[] value) {
        reserve(2 * value.length + 2);
        for (byte b : value) {
            bytes[size++] = b;
            if (b == 0) {
                bytes[size++] = (byte) 0xFF;
            }
        }
        bytes[size++] = 0;
        bytes[size++] = 0;
    }

    private void reserve(int count) {
        if (bytes.length - size < count) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + count));
        }
    }
}
