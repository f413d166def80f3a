package dev.firn.lsm;

import dev.firn.dv.PositionSet;
import dev.firn.key.Key;
import dev.firn.run.RunFile;
import java.util.List;
import java.util.Map;

/**
 * What changed in one bucket since the last checkpoint.
 *
 * @param added run files to be committed
 * @param dead newly dead positions by file location, in older files and in added ones
 * @param deletedKeys every key that was deleted, found or not
 * @param compactions to be carried out after everything else; their inputs' newly dead rows are in {@code dead} too
 */
public record LevelsEdit(
        List<RunFile> added, Map<String, PositionSet> dead, List<Key> deletedKeys, List<CompactionEdit> compactions) {

    public LevelsEdit {
        added = List.copyOf(added);
        dead = Map.copyOf(dead);
        deletedKeys = List.copyOf(deletedKeys);
        compactions = List.copyOf(compactions);
    }

    public boolean isEmpty() {
        return added.isEmpty() && dead.isEmpty() && deletedKeys.isEmpty() && compactions.isEmpty();
    }
}
