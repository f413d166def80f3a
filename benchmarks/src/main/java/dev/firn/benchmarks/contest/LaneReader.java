package dev.firn.benchmarks.contest;

import dev.firn.benchmarks.workload.RowMaker;
import dev.firn.benchmarks.workload.Told;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.table.data.RowData;

/** Tells one lane, and stops after each batch until a checkpoint is complete. */
final class LaneReader implements SourceReader<RowData, LaneSplit> {

    private static final int NONE = -1;

    private final long batch;
    private final Told.Telling telling;
    private final RowMaker rows;
    private final Progress progress = Progress.ofThisProcess();
    private int lane = NONE;
    private long next;
    private long end;
    private long batchEnd;
    private boolean allLanesKnown;
    private CompletableFuture<Void> available = new CompletableFuture<>();

    LaneReader(Script script) {
        this.batch = script.batchOfLane();
        this.telling = script.telling();
        this.rows = new RowMaker(script.workload().rows(), telling.changelog().keys());
    }

    @Override
    public void start() {
        // The enumerator gives the lane.
    }

    @Override
    public InputStatus pollNext(ReaderOutput<RowData> output) {
        if (next < batchEnd) {
            output.collect(rows.row(telling.change(lane, next)));
            next++;
            progress.told(lane, next);
            return InputStatus.MORE_AVAILABLE;
        }
        if (next == end && allLanesKnown) {
            return InputStatus.END_OF_INPUT;
        }
        available = new CompletableFuture<>();
        return InputStatus.NOTHING_AVAILABLE;
    }

    @Override
    public List<LaneSplit> snapshotState(long checkpointId) {
        return lane == NONE ? List.of() : List.of(new LaneSplit(lane, next));
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        return available;
    }

    @Override
    public void addSplits(List<LaneSplit> splits) {
        lane = splits.get(0).lane();
        next = splits.get(0).next();
        end = telling.length(lane);
        openBatch();
    }

    private void openBatch() {
        batchEnd = batch < end - next ? next + batch : end;
        available.complete(null);
    }

    @Override
    public void notifyNoMoreSplits() {
        allLanesKnown = true;
        available.complete(null);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
        if (next == batchEnd) {
            openBatch();
        }
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
