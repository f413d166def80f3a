package dev.firn.feed;

import dev.firn.iceberg.FileChange;
import dev.firn.iceberg.Lane;
import dev.firn.iceberg.Lanes;
import dev.firn.iceberg.SnapshotDiff;
import dev.firn.iceberg.SnapshotFiles;
import dev.firn.iceberg.SnapshotGoneException;
import dev.firn.iceberg.SnapshotStamp;
import dev.firn.iceberg.TableHistory;
import dev.firn.iceberg.TableHistory.Step;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.iceberg.PartitionSpec;
import org.jspecify.annotations.Nullable;

/**
 * Walks a table from snapshot to snapshot and cuts what each of them changed into splits. A step that fails leaves it
 * where it was, and can be taken again. One thread.
 */
final class FeedPlanner implements Closeable {

    private final TableHistory table;
    private final FeedRows rows;
    private final FeedConfig config;
    private final SnapshotFiles files;
    private final Deque<Step> steps = new ArrayDeque<>();
    private @Nullable FeedState state;

    FeedPlanner(TableHistory table, FeedRows rows, FeedConfig config) {
        this.table = table;
        this.rows = rows;
        this.config = config;
        this.files = table.files(rows.tableSchema(), rows.selection().filter());
    }

    /**
     * Finds where to start and where to end; the first step may be a scan of the whole table.
     *
     * @throws SnapshotGoneException if the start or the end is not retained
     */
    FeedPlan start() {
        table.refresh();
        SnapshotStamp end = end();
        SnapshotStamp head = end == null ? table.newest() : end;
        Start start = start(head);
        files.goTo(start.snapshot());
        SnapshotDiff diff = files.all();
        Lanes lanes = lanes(0, liveSpecs());
        long ordinal = 0;
        List<ChangeSplit> splits = new ArrayList<>();
        if (start.scan()) {
            for (FileChange file : diff.files()) {
                splits.add(new ChangeSplit(ordinal++, diff.snapshot(), scanLane(lanes, file), List.of(file), 0));
            }
            if (config.handover() == Handover.AT_CHECKPOINT) {
                lanes = lanes(1, lanes.specIds());
            }
        }
        SnapshotStamp consumed = start.scan() && !splits.isEmpty() ? SnapshotStamp.EMPTY_TABLE : start.snapshot();
        state = new FeedState(
                table.uuid(),
                new FeedState.Progress(start.snapshot(), consumed, ordinal),
                end,
                new FeedState.LaneState(lanes.epoch(), lanes.specIds()),
                List.of());
        look(state);
        return plan(splits);
    }

    /**
     * Goes on from a state.
     *
     * @return an empty step
     * @throws SnapshotGoneException if what it has read up to is not retained
     */
    FeedPlan restore(FeedState restored) {
        table.refresh();
        table.checkUuid(restored.tableUuid());
        SnapshotStamp position = restored.progress().planned();
        if (!position.isEmptyTable() && table.snapshot(position.id()).isEmpty()) {
            throw new SnapshotGoneException("Snapshot " + position.id() + " of table " + table.name()
                    + ", up to which this job has read, has expired, and with it what came after it. Start the job"
                    + " without its state, for example with 'scan.startup.mode' = 'full'. To keep unread snapshots, set"
                    + " 'consumer-id', or let the table keep its history for longer"
                    + " ('history.expire.max-snapshot-age-ms').");
        }
        files.goTo(position);
        state = restored;
        look(restored);
        return plan(List.of());
    }

    /** Takes the next step, if the table has one. */
    FeedPlan next() {
        FeedState now = Objects.requireNonNull(state);
        if (steps.isEmpty()) {
            look(now);
        }
        Step step = steps.peek();
        if (step == null) {
            return plan(List.of());
        }
        List<ChangeSplit> splits;
        try {
            splits = take(now, step);
        } catch (RuntimeException e) {
            steps.clear();
            throw e;
        }
        steps.remove();
        return plan(splits);
    }

    /** Finds the steps ahead. */
    private void look(FeedState now) {
        steps.clear();
        table.refresh();
        table.checkStillReadable(rows.tableColumns(), rows.primaryKey());
        SnapshotStamp position = now.progress().planned();
        SnapshotStamp head = now.end() == null ? table.newest() : now.end();
        if (config.changelog() == ChangelogKind.NET && head.id() != position.id()) {
            steps.add(new Step(head, false));
        } else {
            steps.addAll(table.between(position, head));
        }
    }

    private List<ChangeSplit> take(FeedState now, Step step) {
        SnapshotDiff diff = files.goTo(step.snapshot());
        List<FileChange> changed = step.compaction() ? List.of() : diff.files();
        Lanes lanes = lanes(now.lanes().epoch(), now.lanes().specIds());
        Set<Integer> changedSpecs =
                changed.stream().map(file -> file.spec().specId()).collect(Collectors.toSet());
        if (!lanes.holdFor(changedSpecs)) {
            Set<Integer> specs = liveSpecs();
            specs.addAll(changedSpecs);
            lanes = lanes(lanes.epoch() + 1, specs);
        }
        Map<String, List<FileChange>> byLane = new TreeMap<>();
        for (FileChange file : changed) {
            byLane.computeIfAbsent(lane(lanes, file).name(), l -> new ArrayList<>())
                    .add(file);
        }
        long ordinal = now.progress().nextOrdinal();
        List<ChangeSplit> splits = new ArrayList<>();
        for (Map.Entry<String, List<FileChange>> lane : byLane.entrySet()) {
            splits.add(new ChangeSplit(
                    ordinal++, diff.snapshot(), new Lane(lanes.epoch(), lane.getKey()), lane.getValue(), 0));
        }
        state = new FeedState(
                now.tableUuid(),
                new FeedState.Progress(diff.snapshot(), now.progress().consumed(), ordinal),
                now.end(),
                new FeedState.LaneState(lanes.epoch(), lanes.specIds()),
                List.of());
        return splits;
    }

    private FeedPlan plan(List<ChangeSplit> splits) {
        FeedState now = Objects.requireNonNull(state);
        boolean ended =
                now.end() != null && now.end().id() == now.progress().planned().id();
        return new FeedPlan(now, splits, new FeedPlan.Outlook(steps.size(), table.newest(), ended));
    }

    /** @param scan whether the snapshot's own rows are read, and not only what comes after it */
    private record Start(SnapshotStamp snapshot, boolean scan) {}

    private Start start(SnapshotStamp head) {
        if (config.consumer() != null) {
            Optional<SnapshotStamp> consumed = table.consumed(config.consumer().id());
            if (consumed.isPresent()) {
                return new Start(consumed.get(), false);
            }
        }
        StartPoint start = config.range().start();
        if (start instanceof StartPoint.Full) {
            return new Start(head, true);
        }
        if (start instanceof StartPoint.Earliest) {
            return new Start(config.changelog() == ChangelogKind.NET ? head : table.oldest(head), true);
        }
        if (start instanceof StartPoint.Latest) {
            return new Start(head, false);
        }
        if (start instanceof StartPoint.AfterSnapshot after) {
            return new Start(retained(after.id(), "start"), false);
        }
        return new Start(table.asOf(((StartPoint.AfterTime) start).epochMillis()), false);
    }

    private @Nullable SnapshotStamp end() {
        EndPoint end = config.range().end();
        if (end instanceof EndPoint.Unbounded) {
            return null;
        }
        if (end instanceof EndPoint.AtSnapshot at) {
            return retained(at.id(), "end");
        }
        return end instanceof EndPoint.AtTime at ? table.asOf(at.epochMillis()) : table.newest();
    }

    private SnapshotStamp retained(long id, String which) {
        return table.snapshot(id)
                .orElseThrow(() -> new SnapshotGoneException("Snapshot " + id + ", where this feed is"
                        + " to " + which + ", is not in table " + table.name()
                        + ": it has expired or never was. The oldest"
                        + " snapshot that is retained is "
                        + table.oldest(table.newest()).id() + ", the newest one "
                        + table.newest().id()
                        + ". Choose one between them, or the start mode 'full' or 'earliest'."));
    }

    private Lane scanLane(Lanes lanes, FileChange file) {
        return config.handover() == Handover.AT_CHECKPOINT ? Lane.free(lanes.epoch()) : lane(lanes, file);
    }

    private static Lane lane(Lanes lanes, FileChange file) {
        return lanes.lane(file.spec().specId(), file.file().partition());
    }

    private Lanes lanes(int epoch, Set<Integer> specIds) {
        Map<Integer, PartitionSpec> specs = table.specs();
        return Lanes.of(epoch, specIds, specs, rows.keyColumnIds());
    }

    private Set<Integer> liveSpecs() {
        Set<Integer> ids = new HashSet<>(files.specIds());
        ids.add(table.spec().specId());
        return ids;
    }

    /** Keeps a consumer's progress in the table. */
    void markConsumed(SnapshotStamp consumed) {
        Consumer consumer = Objects.requireNonNull(config.consumer());
        table.refresh();
        table.markConsumed(consumer.id(), consumed, consumer.maxAge());
    }

    @Override
    public void close() throws IOException {
        table.close();
    }
}
