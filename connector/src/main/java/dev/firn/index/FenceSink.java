package dev.firn.index;

import dev.firn.key.KeyView;
import java.util.Arrays;

/** Collects the keys that {@link Fences} reads. */
final class FenceSink {

    private final ByteSink keys = new ByteSink();
    private int[] ends = new int[16];
    private int count;

    void add(KeyView key) {
        keys.putBytes(key.bytes(), key.from(), key.to());
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, 2 * count);
        }
        ends[count++] = keys.size();
    }

    int count() {
        return count;
    }

    void writeTo(ByteSink out) {
        out.putInts(ends, count);
        out.putAll(keys);
    }

    void clear() {
        keys.clear();
        count = 0;
    }
}
