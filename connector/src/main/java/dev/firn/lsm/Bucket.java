package dev.firn.lsm;

import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.index.RunStore;
import dev.firn.key.Key;
import dev.firn.run.RunFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.binary.BinaryRowData;

/**
 * The LSM tree of one bucket: buffers changes, flushes them as sorted run files and knows every older row that they
 * supersede. Not thread-safe; one writer owns a bucket.
 */
public final class Bucket {

    private final RunStore store;
    private final MemTable buffer = new MemTable();
    private Levels levels;

    /** Files of the running checkpoint, by location. */
    private final Map<String, RunFile> pending = new LinkedHashMap<>();

    private final Map<String, PositionSet> dead = new HashMap<>();
    private final List<Key> deletedKeys = new ArrayList<>();

    public Bucket(RunStore store, Levels levels) {
        this.store = store;
        this.levels = levels;
    }

    /** @param row kept as it is, so it must be the caller's to give away */
    public void upsert(Key key, BinaryRowData row) {
        buffer.upsert(key, row);
    }

    /** Deletes the key's row, if there is one. */
    public void delete(Key key) {
        buffer.delete(key);
    }

    public long bufferedBytes() {
        return buffer.bytes();
    }

    public Levels levels() {
        return levels;
    }

    /** Writes the buffer as run files of level 0 and marks every row that it supersedes. */
    public void flush() throws IOException {
        if (buffer.isEmpty()) {
            return;
        }
        List<MemTable.Change> changes = buffer.sorted();
        Map<String, PositionSet> superseded = Superseded.by(
                changes.stream().map(MemTable.Change::key).toList(),
                levels,
                store.storage().indexes());
        List<RunFile> written = RunFlush.write(store, changes);
        kill(superseded);
        levels = levels.with(
                written.stream().map(run -> new LiveRun(run, PositionSet.EMPTY)).toList());
        written.forEach(run -> pending.put(run.location(), run));
        changes.stream()
                .filter(change -> change.row() == null)
                .map(MemTable.Change::key)
                .forEach(deletedKeys::add);
        buffer.clear();
    }

    private void kill(Map<String, PositionSet> superseded) {
        levels = levels.killing(superseded);
        superseded.forEach((location, positions) -> dead.merge(location, positions, PositionSet::union));
    }

    /**
     * Flushes, and hands over everything that changed since the last call. A file of this checkpoint whose rows all
     * died within it is deleted and left out.
     */
    public LevelsEdit checkpoint() throws IOException {
        flush();
        List<RunFile> added = new ArrayList<>();
        List<String> stillborn = new ArrayList<>();
        for (LiveRun live : levels.runs()) {
            if (pending.containsKey(live.location())) {
                if (live.liveRows() > 0) {
                    added.add(live.run());
                } else {
                    stillborn.add(live.location());
                }
            }
        }
        levels = levels.without(stillborn);
        for (String location : stillborn) {
            dead.remove(location);
            store.storage().indexes().forget(location);
            store.storage().io().deleteFile(location);
        }
        LevelsEdit edit = new LevelsEdit(added, dead, deletedKeys);
        pending.clear();
        dead.clear();
        deletedKeys.clear();
        return edit;
    }

    /**
     * Continues on another picture of the table, which somebody else's commits made.
     *
     * @param table the bucket as the table has it
     * @param uncommitted edits handed over by {@link #checkpoint} that {@code table} does not hold yet
     */
    public void rebase(Levels table, List<LevelsEdit> uncommitted) throws IOException {
        LevelsEdit running = new LevelsEdit(List.copyOf(pending.values()), dead, deletedKeys);
        Rebase rebase = Rebase.onto(table, uncommitted, running);
        levels = rebase.levels(levels);
        kill(rebase.superseded(store.storage().indexes()));
    }

    /** Deletes the files that no checkpoint was told of. */
    public void discard() {
        for (String location : pending.keySet()) {
            store.storage().indexes().forget(location);
            store.storage().io().deleteFile(location);
        }
        pending.clear();
    }
}
