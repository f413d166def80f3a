package dev.firn.columns;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * XXH64 with seed 0, the hash of Parquet's bloom filters.
 *
 * @see <a href="https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md">Specification</a>
 */
final class XxHash64 {

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long PRIME_1 = 0x9E3779B185EBCA87L;
    private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
    private static final long PRIME_3 = 0x165667B19E3779F9L;
    private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;
    private static final long PRIME_5 = 0x27D4EB2F165667C5L;
    /** PRIME_1 + PRIME_2, which overflows. */
    private static final long SUM_OF_1_AND_2 = 0x60EA27EEADC0B5D6L;

    private static final int STRIPE = 4 * Long.BYTES;

    private XxHash64() {}

    /** Of the four bytes of a value, little-endian. */
    static long of(int value) {
        return avalanche(addInt(PRIME_5 + Integer.BYTES, value));
    }

    /** Of the eight bytes of a value, little-endian. */
    static long of(long value) {
        return avalanche(addLong(PRIME_5 + Long.BYTES, value));
    }

    static long of(byte[] bytes, int offset, int length) {
        int at = offset;
        int end = offset + length;
        long hash = PRIME_5;
        if (length >= STRIPE) {
            long a = SUM_OF_1_AND_2;
            long b = PRIME_2;
            long c = 0;
            long d = -PRIME_1;
            for (; at <= end - STRIPE; at += STRIPE) {
                a = round(a, (long) LONGS.get(bytes, at));
                b = round(b, (long) LONGS.get(bytes, at + Long.BYTES));
                c = round(c, (long) LONGS.get(bytes, at + 2 * Long.BYTES));
                d = round(d, (long) LONGS.get(bytes, at + 3 * Long.BYTES));
            }
            hash = Long.rotateLeft(a, 1) + Long.rotateLeft(b, 7) + Long.rotateLeft(c, 12) + Long.rotateLeft(d, 18);
            hash = merge(merge(merge(merge(hash, a), b), c), d);
        }
        hash += length;
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            hash = addLong(hash, (long) LONGS.get(bytes, at));
        }
        if (at <= end - Integer.BYTES) {
            hash = addInt(hash, (int) INTS.get(bytes, at));
            at += Integer.BYTES;
        }
        for (; at < end; at++) {
            hash = Long.rotateLeft(hash ^ ((bytes[at] & 0xFF) * PRIME_5), 11) * PRIME_1;
        }
        return avalanche(hash);
    }

    private static long addInt(long hash, int value) {
        return Long.rotateLeft(hash ^ ((value & 0xFFFFFFFFL) * PRIME_1), 23) * PRIME_2 + PRIME_3;
    }

    private static long addLong(long hash, long value) {
        return Long.rotateLeft(hash ^ round(0, value), 27) * PRIME_1 + PRIME_4;
    }

    private static long merge(long hash, long lane) {
        return (hash ^ round(0, lane)) * PRIME_1 + PRIME_4;
    }

    private static long round(long lane, long value) {
        return Long.rotateLeft(lane + value * PRIME_2, 31) * PRIME_1;
    }

    private static long avalanche(long hash) {
        long mixed = (hash ^ (hash >>> 33)) * PRIME_2;
        mixed = (mixed ^ (mixed >>> 29)) * PRIME_3;
        return mixed ^ (mixed >>> 32);
    }
}
