package dev.firn.lsm;

import dev.firn.compaction.CompactionPicker;
import dev.firn.compaction.CompactionResult;
import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.index.KeyIndexes;
import dev.firn.run.RunFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One bucket whose rows somebody else writes, and whose files are compacted here. It has no changes of its own but what
 * compaction brings about, so it holds nothing that a newer picture of the table does not hold. One thread.
 */
public final class CompactedBucket {

    private final BucketCompactions compactions;
    private final KeyIndexes indexes;
    private Levels levels = Levels.EMPTY;

    public CompactedBucket(CompactionSetup setup, KeyIndexes indexes, BucketCounters counters) {
        this.compactions = new BucketCompactions(setup, CompactionPicker::choose, indexes, counters);
        this.indexes = indexes;
    }

    /**
     * Goes on with what the table is by now. Merges of files that are gone are given up.
     *
     * @param table the files that may be compacted
     */
    public void rebase(Levels table) {
        Set<String> gone = locations(levels);
        levels = compactions.assign(table);
        compactions.cancelStale(levels);
        gone.removeAll(locations(levels));
        gone.removeAll(compactions.inWork());
        gone.forEach(indexes::forget);
    }

    private static Set<String> locations(Levels levels) {
        Set<String> locations = new HashSet<>();
        levels.runs().forEach(run -> locations.add(run.location()));
        return locations;
    }

    /**
     * Takes over the merges that are finished and starts those that are worth it, as far as threads are free.
     *
     * @return what is to be committed now, ahead of the next {@link #rebase}
     */
    public LevelsEdit advance() {
        List<RunFile> changed = new ArrayList<>();
        Map<String, PositionSet> dead = new HashMap<>();
        List<CompactionEdit> edits = new ArrayList<>();
        for (CompactionResult result : compactions.takeFinished(levels)) {
            Installation installation = Installation.of(result, levels, indexes);
            levels = installation.levels();
            add(installation.dead(), dead);
            changed.addAll(installation.changed());
            edits.add(installation.edit());
        }
        Map<String, PositionSet> expired = compactions.expired(levels);
        levels = levels.killing(expired);
        add(expired, dead);
        BucketCompactions.Advance advance = compactions.advance(levels);
        levels = advance.levels();
        edits.addAll(advance.drops());
        return new LevelsEdit(changed, dead, List.of(), edits);
    }

    private static void add(Map<String, PositionSet> more, Map<String, PositionSet> dead) {
        more.forEach((location, positions) -> dead.merge(location, positions, PositionSet::union));
    }

    /** Whether a merge is under way, or finished and not taken over yet. */
    public boolean isWorking() {
        return compactions.isWorking();
    }

    /** How many merges have failed since the last one that did not. */
    public int failuresInARow() {
        return compactions.failuresInARow();
    }

    /** The higher, the shorter ago a merge was started on the threads that buckets share. */
    public long turn() {
        return compactions.turn();
    }

    /** The bucket's files as they were at the last {@link #rebase}, and what came of them since. */
    public List<LiveRun> runs() {
        return levels.runs();
    }

    /** Gives up what is under way, without waiting for it, and deletes what it wrote. */
    public void discard() {
        compactions.cancel();
    }
}
