package dev.firn.index;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** A growing array of bytes. Numbers are big-endian; varints have seven bits a byte, the lowest first (LEB128). */
final class ByteSink {

    private byte[] bytes = new byte[256];
    private int size;

    void clear() {
        size = 0;
    }

    int size() {
        return size;
    }

    int crc() {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, size);
        return (int) crc.getValue();
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, size);
    }

    void putBytes(byte[] source, int from, int to) {
        int count = to - from;
        reserve(count);
        System.arraycopy(source, from, bytes, size, count);
        size += count;
    }

    /** The array itself, whose first {@link #size} bytes were put; until more are put. */
    byte[] bytes() {
        return bytes;
    }

    void putByte(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
    }

    /** Over an int that was put before. */
    void setInt(int at, int value) {
        Fences.INTS.set(bytes, at, value);
    }

    void putInt(int value) {
        reserve(Integer.BYTES);
        for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            bytes[size++] = (byte) (value >>> shift);
        }
    }

    void putLong(long value) {
        putInt((int) (value >>> Integer.SIZE));
        putInt((int) value);
    }

    void putInts(int[] values, int count) {
        for (int i = 0; i < count; i++) {
            putInt(values[i]);
        }
    }

    /** The length, then the bytes. */
    void putSized(byte[] value) {
        putInt(value.length);
        putBytes(value, 0, value.length);
    }

    void putAll(ByteSink other) {
        putBytes(other.bytes, 0, other.size);
    }

    void putVarint(long value) {
        reserve(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    private void reserve(int count) {
        if (bytes.length - size < count) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + count));
        }
    }
}
