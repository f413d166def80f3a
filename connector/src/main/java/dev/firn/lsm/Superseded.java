package dev.firn.lsm;

import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.index.KeyIndex;
import dev.firn.index.KeyIndexes;
import dev.firn.key.Key;
import dev.firn.key.SortedKeys;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds the live rows that a batch of changes supersedes. */
public final class Superseded {

    private Superseded() {}

    /** As {@link #by(SortedKeys, Levels, KeyIndexes)}. */
    public static Map<String, PositionSet> by(List<Key> keys, Levels levels, KeyIndexes indexes) {
        return by(SortedKeys.of(keys), levels, indexes);
    }

    /**
     * Asks every run whose key range meets that of the keys. Costs O(keys × log) per run, and reads no remote storage
     * when the indexes are warm.
     *
     * @return the positions that are live in {@code levels} and hold one of the keys, by file location; no empty sets
     */
    static Map<String, PositionSet> by(SortedKeys keys, Levels levels, KeyIndexes indexes) {
        Map<String, PositionSet> superseded = new HashMap<>();
        SortedKeys packed = levels.runs().size() > 1 ? keys.packed() : keys;
        for (LiveRun live : levels.runs()) {
            if (live.liveRows() > 0 && keys.size() > 0) {
                PositionSet found = find(packed, indexes.index(live.run().file()), live.dead());
                if (!found.isEmpty()) {
                    superseded.put(live.location(), found);
                }
            }
        }
        return superseded;
    }

    private static PositionSet find(SortedKeys keys, KeyIndex index, PositionSet dead) {
        PositionSet.Builder found = PositionSet.builder();
        if (dead.isEmpty()) {
            index.find(keys, found::add);
        } else {
            index.find(keys, position -> {
                if (!dead.contains(position)) {
                    found.add(position);
                }
            });
        }
        return found.build();
    }
}
