package dev.firn.columns;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.apache.parquet.io.ParquetDecodingException;

/** Reads small numbers in Parquet's mix of runs and packed bits: definition levels, and ids of a dictionary. */
final class HybridRuns {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes;
    private final int end;
    private final int width;
    private final int mask;
    private int at;
    private int left;
    private boolean packed;
    private long bit;
    private int value;

    private HybridRuns(PageBytes bytes, int width) {
        if (width < 0 || width > Integer.SIZE) {
            throw new ParquetDecodingException("Numbers of " + width + " bits");
        }
        this.bytes = bytes.array();
        this.at = bytes.from();
        this.end = bytes.end();
        this.width = width;
        this.mask = width == Integer.SIZE ? -1 : (1 << width) - 1;
    }

    /** Of numbers of so many bits. */
    static HybridRuns of(PageBytes bytes, int width) {
        return new HybridRuns(bytes, width);
    }

    /** Of numbers of one bit, packed from the highest bit of each byte on, as levels once were. */
    static HybridRuns ofHighBitsFirst(PageBytes bytes, int count) {
        int length = (count + Byte.SIZE - 1) / Byte.SIZE;
        byte[] reversed = new byte[length];
        for (int i = 0; i < length; i++) {
            reversed[i] = (byte) (Integer.reverse(bytes.array()[bytes.from() + i]) >>> (Integer.SIZE - Byte.SIZE));
        }
        HybridRuns runs = new HybridRuns(PageBytes.of(reversed), 1);
        runs.packed = true;
        runs.left = count;
        return runs;
    }

    int next() {
        if (left == 0) {
            readHeader();
        }
        left--;
        if (packed) {
            value = unpack(bit);
            bit += width;
        }
        return value;
    }

    /** Reads a number and those equal to it that follow at once, but no more than this. How many they are. */
    int run(int limit) {
        if (left == 0) {
            readHeader();
        }
        if (!packed) {
            int run = Math.min(limit, left);
            left -= run;
            return run;
        }
        int first = next();
        int run = 1;
        while (run < limit && left > 0 && unpack(bit) == first) {
            left--;
            bit += width;
            run++;
        }
        return run;
    }

    /** The number that was read last. */
    int value() {
        return value;
    }

    void skip(int count) {
        int rest = count;
        while (rest > 0) {
            if (left == 0) {
                readHeader();
            }
            int skipped = Math.min(rest, left);
            left -= skipped;
            rest -= skipped;
            bit += (long) skipped * width;
        }
    }

    private void readHeader() {
        do {
            int header = varint();
            left = header >>> 1;
            packed = (header & 1) == 1;
            if (packed) {
                left = Math.multiplyExact(left, Byte.SIZE);
                bit = (long) at * Byte.SIZE;
                at += (header >>> 1) * width;
            } else {
                value = 0;
                for (int shift = 0; shift < width; shift += Byte.SIZE) {
                    value |= (next(at++) & 0xFF) << shift;
                }
            }
        } while (left == 0);
    }

    private int varint() {
        int number = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += 7) {
            byte b = next(at++);
            number |= (b & 0x7F) << shift;
            if (b >= 0) {
                return number;
            }
        }
        throw new ParquetDecodingException("The header of a run has no end");
    }

    private byte next(int index) {
        if (index >= end) {
            throw new ParquetDecodingException("A page ends amid its numbers");
        }
        return bytes[index];
    }

    /** The last group may lack its unused bytes. */
    private int unpack(long from) {
        int first = (int) (from >>> 3);
        int shift = (int) (from & 7);
        if (first + Long.BYTES <= bytes.length) {
            return (int) ((long) LONGS.get(bytes, first) >>> shift) & mask;
        }
        long tail = 0;
        for (int i = first; i < bytes.length; i++) {
            tail |= (bytes[i] & 0xFFL) << ((i - first) * Byte.SIZE);
        }
        return (int) (tail >>> shift) & mask;
    }
}
