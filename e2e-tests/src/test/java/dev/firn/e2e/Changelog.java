package dev.firn.e2e;

import dev.firn.e2e.Change.RowKey;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;

/**
 * A changelog that is computed from a seed, so that it can be replayed from any position. No two updates write the same
 * value, so that the state after each is a different one.
 *
 * @param length number of changes
 * @param keys how many keys there are
 */
record Changelog(long seed, int length, int keys) implements Serializable {

    List<Change> changes() {
        Random random = new Random(seed);
        TreeMap<RowKey, String> live = new TreeMap<>();
        List<Change> changes = new ArrayList<>(length);
        while (changes.size() < length) {
            long id = random.nextInt(keys);
            RowKey key = new RowKey(id % 3 == 0 ? "north" : "south", id - keys / 2);
            String old = live.get(key);
            String value = "value " + changes.size();
            int dice = random.nextInt(100);
            if (dice < 20) {
                live.remove(key);
                changes.add(delete(key, dice < 10 ? old : null));
            } else {
                live.put(key, value);
                if (old == null) {
                    changes.add(new Change(dice < 30 ? RowKind.UPDATE_AFTER : RowKind.INSERT, key, value));
                } else {
                    changes.add(new Change(RowKind.UPDATE_BEFORE, key, old));
                    changes.add(new Change(RowKind.UPDATE_AFTER, key, value));
                }
            }
        }
        return List.copyOf(changes.subList(0, length));
    }

    private static Change delete(RowKey key, @Nullable String old) {
        return new Change(RowKind.DELETE, key, old);
    }
}
