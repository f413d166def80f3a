package dev.firn.key;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The order of encoded keys: that of their bytes, unsigned, a beginning ahead of what goes on. */
public final class KeyOrder {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private KeyOrder() {}

    /**
     * As {@link Arrays#compareUnsigned(byte[], int, int, byte[], int, int)}, but that only the sign counts. Keys are
     * mostly told apart by their first eight bytes, which are one number here.
     */
    public static int compare(byte[] left, int leftFrom, int leftTo, byte[] right, int rightFrom, int rightTo) {
        if (Math.min(leftTo - leftFrom, rightTo - rightFrom) < Long.BYTES) {
            return Arrays.compareUnsigned(left, leftFrom, leftTo, right, rightFrom, rightTo);
        }
        long leftWord = (long) LONGS.get(left, leftFrom);
        long rightWord = (long) LONGS.get(right, rightFrom);
        if (leftWord != rightWord) {
            return Long.compareUnsigned(leftWord, rightWord);
        }
        int leftRest = leftFrom + Long.BYTES;
        int rightRest = rightFrom + Long.BYTES;
        return leftRest == leftTo || rightRest == rightTo
                ? Integer.compare(leftTo - leftFrom, rightTo - rightFrom)
                : Arrays.compareUnsigned(left, leftRest, leftTo, right, rightRest, rightTo);
    }
}
