package dev.firn.compaction;

import dev.firn.key.Key;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys from one key on to another one, which is not among them.
 *
 * @param from null for no lower end
 * @param to null for no upper end
 */
record KeyRange(@Nullable Key from, @Nullable Key to) {

    KeyRange {
        if (from != null && to != null && from.compareTo(to) >= 0) {
            throw new IllegalArgumentException("No key is at or above " + from + " and below " + to);
        }
    }

    /**
     * All keys, in as many ranges as there are cuts, and one more.
     *
     * @param cuts strictly ascending
     */
    static List<KeyRange> between(List<Key> cuts) {
        List<KeyRange> ranges = new ArrayList<>();
        Key from = null;
        for (Key cut : cuts) {
            ranges.add(new KeyRange(from, cut));
            from = cut;
        }
        ranges.add(new KeyRange(from, null));
        return ranges;
    }

    boolean contains(Key key) {
        return (from == null || from.compareTo(key) <= 0) && (to == null || key.compareTo(to) < 0);
    }
}
