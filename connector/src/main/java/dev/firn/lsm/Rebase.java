package dev.firn.lsm;

import dev.firn.index.KeyIndexes;
import dev.firn.index.KeyIterator;
import dev.firn.key.Key;
import dev.firn.run.RunFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Puts the changes that are not committed yet on top of a newer picture of the table. Whatever key they wrote or
 * deleted is dead in the table's files: of two commits the later wins, and ours is still to come.
 */
final class Rebase {

    private final Levels local;
    private final KeyIndexes indexes;

    Rebase(Levels local, KeyIndexes indexes) {
        this.local = local;
        this.indexes = indexes;
    }

    /** @param pending locations of flushed files that no edit lists yet */
    Levels onto(Levels table, List<LevelsEdit> uncommitted, Set<String> pending, List<Key> deletedKeys) {
        Set<String> ours = new HashSet<>(pending);
        List<Key> changed = new ArrayList<>(deletedKeys);
        for (LevelsEdit edit : uncommitted) {
            edit.added().stream().map(RunFile::location).forEach(ours::add);
            changed.addAll(edit.deletedKeys());
        }
        List<LiveRun> kept = new ArrayList<>();
        for (LiveRun live : local.runs()) {
            if (ours.contains(live.location())) {
                kept.add(live);
                KeyIterator keys = indexes.index(live.run().file()).iterator();
                while (keys.next()) {
                    changed.add(keys.key());
                }
            }
        }
        List<Key> ascending = changed.stream().sorted().distinct().toList();
        return table.killing(Superseded.by(ascending, table, indexes)).with(kept);
    }
}
