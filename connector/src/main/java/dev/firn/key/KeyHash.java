package dev.firn.key;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** MurmurHash64A (A. Appleby) of key bytes. Filters in local index files are made of it, so it stays as it is. */
public final class KeyHash {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long MULTIPLIER = 0xc6a4a7935bd1e995L;

    private KeyHash() {}

    public static long of(byte[] key, int from, int to) {
        long hash = (to - from) * MULTIPLIER;
        int i = from;
        for (; i + Long.BYTES <= to; i += Long.BYTES) {
            long part = (long) LONGS.get(key, i) * MULTIPLIER;
            part = (part ^ (part >>> 47)) * MULTIPLIER;
            hash = (hash ^ part) * MULTIPLIER;
        }
        if (i < to) {
            for (int shift = 0; i < to; i++, shift += Byte.SIZE) {
                hash ^= (key[i] & 0xFFL) << shift;
            }
            hash *= MULTIPLIER;
        }
        hash = (hash ^ (hash >>> 47)) * MULTIPLIER;
        return hash ^ (hash >>> 47);
    }
}
