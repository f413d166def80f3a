package dev.firn.lsm;

import dev.firn.compaction.CompactionResult;
import dev.firn.compaction.MigrationPicker;
import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.index.IndexLoading;
import dev.firn.index.KeyIndexes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/**
 * Runs that several buckets share, because they were written when the table was divided in another way. Each bucket
 * looks for its keys in them and kills its own rows there; no key belongs to two buckets. Nothing is added to them:
 * they are compacted into files of the buckets until none is left. Used by the buckets' one thread.
 */
public final class SharedRuns {

    private final @Nullable BucketCompactions compactions;
    private final @Nullable KeyIndexes indexes;
    private Levels levels;

    /** Of the levels' files; null as long as nobody asks for them. */
    private @Nullable IndexLoading loading;

    // Of the running checkpoint.
    private final Map<String, PositionSet> dead = new HashMap<>();
    private final List<CompactionEdit> compacted = new ArrayList<>();

    private SharedRuns(Levels levels, @Nullable BucketCompactions compactions, @Nullable KeyIndexes indexes) {
        this.levels = levels;
        this.compactions = compactions;
        this.indexes = indexes;
    }

    static SharedRuns none() {
        return uncompacted(Levels.EMPTY);
    }

    /** Runs that stay as they are, until somebody else rewrites them. */
    public static SharedRuns uncompacted(Levels levels) {
        return new SharedRuns(levels, null, null);
    }

    /** @param setup whose compactors divide rows among the buckets' partitions */
    public static SharedRuns open(Levels levels, KeyIndexes indexes, BucketCounters counters, CompactionSetup setup) {
        return new SharedRuns(
                levels, new BucketCompactions(setup, MigrationPicker::choose, indexes, counters), indexes);
    }

    /** The indexes of the runs, which are loaded from the first call on. */
    IndexLoading loading(KeyIndexes keyIndexes) {
        IndexLoading begun = loading;
        if (begun == null) {
            begun = keyIndexes.load(levels.files());
            loading = begun;
        }
        return begun;
    }

    public Levels levels() {
        return levels;
    }

    /** @return what is in other runs than these */
    Map<String, PositionSet> kill(Map<String, PositionSet> superseded) {
        if (levels.runs().isEmpty()) {
            return superseded;
        }
        Set<String> here = levels.runs().stream().map(LiveRun::location).collect(Collectors.toSet());
        Map<String, PositionSet> elsewhere = new HashMap<>(superseded);
        elsewhere.keySet().removeAll(here);
        Map<String, PositionSet> own = new HashMap<>(superseded);
        own.keySet().retainAll(here);
        levels = levels.killing(own);
        own.forEach((location, positions) -> dead.merge(location, positions, PositionSet::union));
        return elsewhere;
    }

    /**
     * Takes over the compactions that are finished. No bucket may have a flush under way.
     *
     * @return the files that came out, each to be {@linkplain Bucket#adopt adopted} by the bucket of its partition
     */
    public List<LiveRun> takeMigrated() {
        List<LiveRun> migrated = new ArrayList<>();
        if (compactions != null) {
            for (CompactionResult result : compactions.takeFinished(levels)) {
                migrated.addAll(install(result, indexes()));
            }
        }
        return migrated;
    }

    private List<LiveRun> install(CompactionResult result, KeyIndexes keyIndexes) {
        Installation installation = Installation.of(result, levels, keyIndexes);
        Set<String> outputs =
                installation.edit().outputs().stream().map(DataFile::location).collect(Collectors.toSet());
        List<LiveRun> migrated = installation.levels().runs().stream()
                .filter(run -> outputs.contains(run.location()))
                .toList();
        levels = installation.levels().without(outputs);
        installation.dead().forEach((location, positions) -> dead.merge(location, positions, PositionSet::union));
        compacted.add(installation.edit());
        installation.edit().inputs().keySet().forEach(keyIndexes::forget);
        return migrated;
    }

    private KeyIndexes indexes() {
        return Optional.ofNullable(indexes).orElseThrow();
    }

    /** Starts the next compaction, if a thread is free and the indexes are there. */
    public void compact() {
        if (compactions != null
                && !levels.runs().isEmpty()
                && loading(indexes()).isComplete()) {
            BucketCompactions.Advance advance = compactions.advance(levels);
            levels = advance.levels();
            advance.drops().forEach(this::drop);
            for (LiveRun run : levels.runs()) {
                if (run.run().rows() == 0 && run.isCommitted()) {
                    drop(new CompactionEdit(Map.of(run.location(), run.dead()), List.of(), Map.of()));
                    levels = levels.without(Set.of(run.location()));
                }
            }
        }
    }

    private void drop(CompactionEdit drop) {
        compacted.add(drop);
        drop.inputs().keySet().forEach(indexes()::forget);
    }

    /** Hands over everything that changed since the last call. */
    public LevelsEdit checkpoint() {
        LevelsEdit edit = new LevelsEdit(List.of(), dead, List.of(), compacted);
        dead.clear();
        compacted.clear();
        return edit;
    }

    /**
     * Continues on another picture of the table. The buckets have to be rebased next.
     *
     * @param table the runs as the table has them
     * @param uncommitted edits handed over by {@link #checkpoint} that {@code table} does not hold yet
     * @return outputs of the compactions among them that still hold, which belong to the buckets
     */
    public List<LiveRun> rebase(Levels table, List<LevelsEdit> uncommitted) {
        List<LevelsEdit> edits = new ArrayList<>(uncommitted);
        edits.add(new LevelsEdit(List.of(), dead, List.of(), compacted));
        List<LiveRun> migrated = new ArrayList<>();
        Levels rebased = table;
        for (LevelsEdit edit : edits) {
            rebased = rebased.killing(edit.dead());
            for (CompactionEdit compaction : edit.compactions()) {
                Optional<List<LiveRun>> outputs = compaction.outputsOnTopOf(rebased, indexes());
                if (outputs.isPresent()) {
                    rebased = rebased.without(compaction.inputs().keySet());
                    migrated.addAll(outputs.get());
                }
            }
        }
        levels = rebased;
        if (loading != null) {
            loading = loading.anew(levels.files());
        }
        if (compactions != null) {
            compactions.cancelStale(levels);
        }
        return migrated;
    }

    /**
     * Gives up what no checkpoint was told of.
     *
     * @param io deletes the files
     */
    public void discard(FileIO io) {
        if (loading != null) {
            loading.cancel();
        }
        if (compactions != null) {
            compactions.cancel();
        }
        for (CompactionEdit edit : compacted) {
            for (DataFile output : edit.outputs()) {
                indexes().forget(output.location());
                io.deleteFile(output.location());
            }
        }
        compacted.clear();
    }
}
