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
    private static final double NANOS = 1e9;
    private static final double MOST_AHEAD = 1e15;

    private final long batch;
    private final double perSecond;
    private final Told.Telling telling;
    private final RowMaker rows;
    private final Progress progress = Progress.ofThisProcess();
    private int lane = NONE;
    private long next;
    private long end;
    private long batchEnd;
    private long first;
    private long due;
    private long startNanos;
    private boolean allLanesKnown;
    private CompletableFuture<Void> available = new CompletableFuture<>();

    LaneReader(Script script) {
        this.batch = script.batchOfLane();
        this.perSecond = script.perSecondOfLane();
        this.telling = script.telling();
        this.rows = new RowMaker(script.workload().rows(), telling.changelog().keys());
    }

    @Override
    public void start() {
        // The enumerator gives the lane.
    }

    @Override
    public InputStatus pollNext(ReaderOutput<RowData> output) throws InterruptedException {
        if (next < batchEnd) {
            if (next >= due && isEarly()) {
                Thread.sleep(1);
                return InputStatus.MORE_AVAILABLE;
            }
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

    private boolean isEarly() {
        double seconds = (System.nanoTime() - startNanos) / NANOS;
        due = first + (long) Math.min(seconds * perSecond, MOST_AHEAD);
        return next >= due;
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
        first = next;
        startNanos = System.nanoTime();
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
