package dev.firn.lsm;

import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.index.KeyIndexes;
import dev.firn.index.KeyIterator;
import dev.firn.key.Key;
import dev.firn.run.RunFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts the changes that are not committed yet on top of a newer picture of the table, which somebody else's commits
 * made. Of two commits the later wins, and ours is still to come.
 *
 * <p>What an edit was handed over for killing is dead here too. Whether it kills more, in files that it did not know,
 * is decided when it is committed, and not foreseen here: an edit that found nothing to delete may be through without a
 * trace, before somebody inserted its key. Taking a row for live that is about to die does no harm, because it may be
 * killed twice.
 *
 * @param table the table's files, less what the edits kill
 * @param ours locations of the files that the edits add
 * @param running the running checkpoint, whose edit is still open
 */
record Rebase(Levels table, Set<String> ours, LevelsEdit running) {

    static Rebase onto(Levels table, List<LevelsEdit> uncommitted, LevelsEdit running, KeyIndexes indexes) {
        List<LevelsEdit> edits = new ArrayList<>(uncommitted);
        edits.add(running);
        Levels rebased = table;
        Set<String> ours = new HashSet<>();
        for (LevelsEdit edit : edits) {
            rebased = rebased.killing(edit.dead());
            edit.added().stream().map(RunFile::location).forEach(ours::add);
            for (CompactionEdit compaction : edit.compactions()) {
                // Whether it is carried out is decided likewise when it is committed.
                rebased = compaction.applyTo(rebased, indexes);
            }
        }
        table.runs().stream().map(LiveRun::location).forEach(ours::remove);
        return new Rebase(rebased, ours, running);
    }

    /** @param local the picture that our files are taken from */
    Levels levels(Levels local) {
        return table.with(local.runs().stream()
                .filter(live -> ours.contains(live.location()))
                .toList());
    }

    /** Whether {@link #superseded} has anything to look for. */
    boolean asksIndexes() {
        return !running.added().isEmpty() || !running.deletedKeys().isEmpty();
    }

    /**
     * What the running checkpoint supersedes in the table beyond what its edit names already, by file location.
     *
     * @param shared older runs that may hold its keys too
     */
    Map<String, PositionSet> superseded(KeyIndexes indexes, Levels shared) throws IOException {
        List<Key> changed = new ArrayList<>(running.deletedKeys());
        for (RunFile run : running.added()) {
            KeyIterator keys = indexes.index(run.file()).iterator();
            while (keys.next()) {
                changed.add(keys.key());
            }
        }
        return Superseded.by(changed.stream().sorted().distinct().toList(), table.with(shared.runs()), indexes);
    }
}
