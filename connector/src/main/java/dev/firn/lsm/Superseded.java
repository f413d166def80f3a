package dev.firn.lsm;

import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.index.KeyCursor;
import dev.firn.index.KeyIndex;
import dev.firn.index.KeyIndexes;
import dev.firn.key.Key;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds the live rows that a batch of changes supersedes. */
public final class Superseded {

    private Superseded() {}

    /**
     * Asks every run whose key range meets that of the keys. Costs O(keys × log) per run, and reads no remote storage
     * when the indexes are warm.
     *
     * @param keys ascending
     * @return the positions that are live in {@code levels} and hold one of the keys, by file location; no empty sets
     */
    public static Map<String, PositionSet> by(List<Key> keys, Levels levels, KeyIndexes indexes) {
        Map<String, PositionSet> superseded = new HashMap<>();
        for (LiveRun live : levels.runs()) {
            if (live.liveRows() > 0 && !keys.isEmpty()) {
                KeyIndex index = indexes.index(live.run().file());
                PositionSet found = find(index.within(keys), index, live.dead());
                if (!found.isEmpty()) {
                    superseded.put(live.location(), found);
                }
            }
        }
        return superseded;
    }

    private static PositionSet find(List<Key> keys, KeyIndex index, PositionSet dead) {
        PositionSet.Builder found = PositionSet.builder();
        KeyCursor cursor = index.cursor();
        for (Key key : keys) {
            cursor.find(key, position -> {
                if (!dead.contains(position)) {
                    found.add(position);
                }
            });
        }
        return found.build();
    }
}
