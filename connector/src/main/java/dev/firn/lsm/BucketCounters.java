package dev.firn.lsm;

import dev.firn.compaction.CompactionResult;
import dev.firn.dv.PositionSet;
import dev.firn.run.RunFile;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What the buckets of one writer have done since it started. Counted by the writer, read by any thread. */
public final class BucketCounters {

    private final LongAdder flushedRows = new LongAdder();
    private final LongAdder flushedBytes = new LongAdder();
    private final LongAdder flushedFiles = new LongAdder();
    private final LongAdder flushNanos = new LongAdder();
    private final LongAdder supersededRows = new LongAdder();
    private final LongAdder compactions = new LongAdder();
    private final LongAdder failedCompactions = new LongAdder();
    private final LongAdder discardedCompactions = new LongAdder();
    private final LongAdder droppedRows = new LongAdder();
    private final LongAdder narrowedCompactions = new LongAdder();
    private final LongAdder postponedCompactions = new LongAdder();
    private final LongAdder compactionBytesRead = new LongAdder();
    private final LongAdder compactionBytesWritten = new LongAdder();

    void flushed(BufferFlush.Flushed flushed) {
        flushNanos.add(flushed.nanos());
        for (RunFile run : flushed.written()) {
            flushedFiles.increment();
            flushedRows.add(run.rows());
            flushedBytes.add(run.file().fileSizeInBytes());
        }
        flushed.superseded().values().forEach(positions -> supersededRows.add(positions.cardinality()));
    }

    void compacted(CompactionResult result) {
        compactions.increment();
        compactionBytesRead.add(result.bytesRead());
        compactionBytesWritten.add(result.bytesWritten());
    }

    void dropped(Map<String, PositionSet> dropped) {
        dropped.values().forEach(positions -> droppedRows.add(positions.cardinality()));
    }

    void compactionDiscarded() {
        discardedCompactions.increment();
    }

    void compactionFailed() {
        failedCompactions.increment();
    }

    void compactionNarrowed() {
        narrowedCompactions.increment();
    }

    void compactionPostponed() {
        postponedCompactions.increment();
    }

    /** What all flushes took that were taken over, on whichever threads. */
    public long flushNanos() {
        return flushNanos.sum();
    }

    /** Rows written as runs of level 0. */
    public long flushedRows() {
        return flushedRows.sum();
    }

    /** Bytes of runs of level 0, as they are in the files. */
    public long flushedBytes() {
        return flushedBytes.sum();
    }

    public long flushedFiles() {
        return flushedFiles.sum();
    }

    /** Older rows that flushes found and marked dead. */
    public long supersededRows() {
        return supersededRows.sum();
    }

    /** Merges taken over, moves and drops not counted. */
    public long compactions() {
        return compactions.sum();
    }

    public long failedCompactions() {
        return failedCompactions.sum();
    }

    /** Merges that came too late for their inputs. */
    public long discardedCompactions() {
        return discardedCompactions.sum();
    }

    /** Live rows that were deleted by compaction: expired ones, and all but one of a key that was live twice. */
    public long droppedRows() {
        return droppedRows.sum();
    }

    /** Times that a merge was too large for the local disk, and a smaller one was looked for. */
    public long narrowedCompactions() {
        return narrowedCompactions.sum();
    }

    /** Times that a merge was too large for the local disk and could not be smaller. */
    public long postponedCompactions() {
        return postponedCompactions.sum();
    }

    public long compactionBytesRead() {
        return compactionBytesRead.sum();
    }

    public long compactionBytesWritten() {
        return compactionBytesWritten.sum();
    }

    /** Bytes written by flushes and compactions over those written by flushes; 1 before the first flush. */
    public double writeAmplification() {
        double flushed = flushedBytes.sum();
        return flushed == 0 ? 1 : (flushed + compactionBytesWritten.sum()) / flushed;
    }
}
