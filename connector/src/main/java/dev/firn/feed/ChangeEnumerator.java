package dev.firn.feed;

import dev.firn.iceberg.SnapshotGoneException;
import dev.firn.iceberg.SnapshotStamp;
import dev.firn.iceberg.TableGoneException;
import dev.firn.iceberg.UnsupportedTableException;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out a feed's splits, which are planned in Flink's worker thread; everything else happens in its coordinator
 * thread.
 */
final class ChangeEnumerator implements SplitEnumerator<ChangeSplit, EnumeratorState> {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeEnumerator.class);

    private static final int SNAPSHOTS_AHEAD = 32;
    private static final int FAILURES_IN_A_ROW = 10;

    private final SplitEnumeratorContext<ChangeSplit> context;
    private final FeedConfig config;
    private final FeedWalk walk;
    private final LaneAssigner assigner;
    private final ConsumedSnapshots consumed;
    private final EnumeratorMetrics metrics;
    private final Set<Integer> dismissed = new HashSet<>();
    private @Nullable FeedState state;
    private FeedPlan.@Nullable Outlook outlook;
    private SnapshotStamp marked = SnapshotStamp.EMPTY_TABLE;
    private boolean planningAhead;
    private boolean awaitingCheckpoint;
    private int failures;

    ChangeEnumerator(
            SplitEnumeratorContext<ChangeSplit> context, FeedConfig config, FeedWalk walk, EnumeratorState restored) {
        this.context = context;
        this.config = config;
        this.walk = walk;
        this.metrics = EnumeratorMetrics.on(context.metricGroup());
        this.state = restored.feed();
        int subtasks = context.currentParallelism();
        if (state == null) {
            assigner = LaneAssigner.fresh(config.handover(), subtasks);
            consumed = new ConsumedSnapshots(SnapshotStamp.EMPTY_TABLE);
        } else {
            assigner = LaneAssigner.restored(config.handover(), subtasks);
            assigner.add(state.pending());
            consumed = new ConsumedSnapshots(state.progress().consumed());
            consumed.planned(state.progress());
        }
    }

    @Override
    public void start() {
        context.callAsync(walk, this::planned, 0, config.monitorInterval().toMillis());
    }

    /** @param plan null if there was a failure, or no need of one */
    private void planned(@Nullable FeedPlan plan, @Nullable Throwable failure) {
        planningAhead = false;
        if (failure != null) {
            failed(failure);
        } else if (plan != null) {
            failures = 0;
            state = plan.state();
            outlook = plan.outlook();
            consumed.planned(plan.state().progress());
            assigner.add(plan.splits());
        }
        handOut();
    }

    private void failed(Throwable failure) {
        failures++;
        if (failures > FAILURES_IN_A_ROW
                || failure instanceof UnsupportedTableException
                || failure instanceof TableGoneException
                || failure instanceof SnapshotGoneException
                || failure instanceof Error) {
            throw new IllegalStateException("The change feed cannot go on: " + failure.getMessage(), failure);
        }
        LOG.warn("Cannot look for new snapshots, for the {}. time in a row. Trying again", failures, failure);
    }

    private void handOut() {
        Map<Integer, List<ChangeSplit>> assignment = assigner.assign();
        if (!assignment.isEmpty()) {
            context.assignSplits(new SplitsAssignment<>(assignment));
        }
        if (assigner.awaitsCheckpoint() != awaitingCheckpoint) {
            awaitingCheckpoint = !awaitingCheckpoint;
            LOG.info(
                    awaitingCheckpoint
                            ? "All that the present lanes hold is read. Reading goes on when the next checkpoint is complete"
                            : "Reading goes on");
        }
        consumed.read(assigner.oldestUnread());
        FeedPlan.Outlook known = outlook;
        if (known == null) {
            return;
        }
        boolean farAhead = consumed.unread() >= SNAPSHOTS_AHEAD;
        walk.pause(farAhead);
        if (known.steps() > 0 && !farAhead && !planningAhead) {
            planningAhead = true;
            context.callAsync(walk, this::planned);
        }
        metrics.update(known, consumed);
        if (known.ended() && assigner.everythingIsAssigned()) {
            dismiss();
        }
    }

    private void dismiss() {
        for (int subtask : assigner.subtasks()) {
            if (dismissed.add(subtask)) {
                context.signalNoMoreSplits(subtask);
            }
        }
    }

    /** A reader tells by an event what it holds; before that it gets no split. */
    @Override
    public void addReader(int subtask) {}

    @Override
    public void handleSplitRequest(int subtask, @Nullable String hostname) {
        throw new IllegalStateException("A reader asked for a split, but splits are handed out unasked");
    }

    @Override
    public void handleSourceEvent(int subtask, SourceEvent event) {
        if (event instanceof ReaderEvent.Started started) {
            assigner.started(subtask, started.held());
        } else if (event instanceof ReaderEvent.Read read) {
            assigner.read(subtask, read.ordinals());
        } else {
            throw new IllegalStateException("An unknown event of reader " + subtask + ": " + event);
        }
        handOut();
    }

    @Override
    public void addSplitsBack(List<ChangeSplit> splits, int subtask) {
        dismissed.remove(subtask);
        assigner.failed(subtask, splits);
    }

    @Override
    public EnumeratorState snapshotState(long checkpointId) {
        assigner.checkpointTaken(checkpointId);
        consumed.checkpointTaken(checkpointId);
        return state == null
                ? EnumeratorState.NOT_STARTED
                : new EnumeratorState(state.with(consumed.newest(), assigner.pending()));
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
        assigner.checkpointCompleted(checkpointId);
        consumed.checkpointCompleted(checkpointId).ifPresent(this::mark);
        handOut();
    }

    private void mark(SnapshotStamp read) {
        Consumer consumer = config.consumer();
        if (consumer == null || read.isEmptyTable() || read.id() == marked.id()) {
            return;
        }
        context.callAsync(() -> walk.markConsumed(read), (done, failure) -> {
            if (failure == null) {
                marked = read;
            } else {
                LOG.warn(
                        "Cannot keep the progress of consumer '{}' in the table. It is tried again at the next"
                                + " checkpoint; until then unread snapshots may expire",
                        consumer.id(),
                        failure);
            }
        });
    }

    @Override
    public void close() throws IOException {
        walk.close();
    }
}
