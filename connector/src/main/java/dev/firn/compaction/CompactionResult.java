package dev.firn.compaction;

import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.index.RunStore;
import dev.firn.run.RunFile;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Run files that hold the live rows of others. Nobody knows of them yet: whoever has the result installs it or
 * {@linkplain #discard discards} it.
 */
public final class CompactionResult {

    private final List<LiveRun> inputs;
    private final MergedRuns merged;
    private final long bytesRead;
    private final RunStore.Storage storage;

    CompactionResult(List<LiveRun> inputs, MergedRuns merged, long bytesRead, RunStore.Storage storage) {
        this.inputs = List.copyOf(inputs);
        this.merged = merged;
        this.bytesRead = bytesRead;
        this.storage = storage;
    }

    /** The files that were merged, with the positions that were dead when the merge began. */
    public List<LiveRun> inputs() {
        return inputs;
    }

    /** New files in ascending order of their keys, which are disjoint; none if no row is left. */
    public List<RunFile> outputs() {
        return merged.outputs();
    }

    /**
     * Positions of inputs that were live, and that the outputs leave out on purpose, by file location: the filter
     * dropped or changed their rows, or they hold an older row of a key that is live twice. They have to die in a
     * snapshot before the outputs replace the inputs. No empty sets.
     */
    public Map<String, PositionSet> dropped() {
        return merged.dropped();
    }

    /** New files of level 0 with the changed rows, for the snapshot in which {@link #dropped} die. */
    public List<RunFile> changed() {
        return merged.changed();
    }

    /** What was read of the inputs, as it is stored; files that Parquet encrypts are not counted. */
    public long bytesRead() {
        return bytesRead;
    }

    /** The size of all new files. */
    public long bytesWritten() {
        return merged.bytesWritten();
    }

    /** Whether every input is among these files: else the result is stale, and of no use. */
    public boolean inputsAreAmong(Collection<String> liveLocations) {
        return inputs.stream().map(LiveRun::location).allMatch(liveLocations::contains);
    }

    /** Deletes the new files and their indexes. What cannot be deleted is logged. */
    public void discard() {
        merged.delete(storage);
    }
}
