package dev.firn.index;

import dev.firn.key.KeyOrder;
import dev.firn.key.KeyView;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The first keys of blocks, or of segments, in ascending order and packed: where each ends, then their bytes. A reader
 * moves one object from array to array, for it is not to allocate.
 */
final class Fences {

    static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes = new byte[0];
    private int endsAt;
    private int keysAt;
    private int count;

    /** Points to {@code count} ends at {@code endsAt}, followed by the keys. */
    void reset(byte[] bytes, int endsAt, int count) {
        this.bytes = bytes;
        this.endsAt = endsAt;
        this.keysAt = endsAt + count * Integer.BYTES;
        this.count = count;
    }

    int count() {
        return count;
    }

    byte[] copy(int i) {
        return Arrays.copyOfRange(bytes, start(i), end(i));
    }

    /** Where the fence starts, in the order of keys: less, equal or greater than the key. */
    int compare(int i, KeyView key) {
        return KeyOrder.compare(bytes, start(i), end(i), key.bytes(), key.from(), key.to());
    }

    /**
     * The last fence at or below the key, if that of {@code from} is, else {@code from}.
     *
     * <p>Galloping, that is exponential search (J. Bentley, A. Yao, "An almost optimal algorithm for unbounded
     * searching", 1976): steps double until they pass the key, then the last step is halved. The cost grows with the
     * logarithm of the distance, so that ascending keys together cost no more than one walk, however many or few they
     * are.
     */
    int floor(KeyView key, int from) {
        int low = from;
        int step = 1;
        while (step < count - from && compare(from + step, key) <= 0) {
            low = from + step;
            step <<= 1;
        }
        int high = Math.min(step, count - from) + from;
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (compare(middle, key) <= 0) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private int start(int i) {
        return i == 0 ? keysAt : end(i - 1);
    }

    private int end(int i) {
        return keysAt + (int) INTS.get(bytes, endsAt + i * Integer.BYTES);
    }
}
