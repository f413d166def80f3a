package dev.firn.benchmarks.contest;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.jspecify.annotations.Nullable;

/** Gives each reader one lane. */
final class LaneEnumerator implements SplitEnumerator<LaneSplit, Integer> {

    private final SplitEnumeratorContext<LaneSplit> context;
    private final Deque<LaneSplit> unread = new ArrayDeque<>();

    /** @param from lanes below are with readers already */
    LaneEnumerator(SplitEnumeratorContext<LaneSplit> context, int from) {
        this.context = context;
        for (int lane = from; lane < context.currentParallelism(); lane++) {
            unread.add(new LaneSplit(lane, 0));
        }
    }

    @Override
    public void start() {
        // Readers are given their lanes when they register.
    }

    @Override
    public void handleSplitRequest(int subtask, @Nullable String host) {
        // Nobody asks: a reader has one lane.
    }

    @Override
    public void addSplitsBack(List<LaneSplit> splits, int subtask) {
        unread.addAll(splits);
    }

    @Override
    public void addReader(int subtask) {
        LaneSplit lane = unread.poll();
        if (lane != null) {
            context.assignSplit(lane, subtask);
        }
        context.signalNoMoreSplits(subtask);
    }

    @Override
    public Integer snapshotState(long checkpointId) {
        return context.currentParallelism() - unread.size();
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
