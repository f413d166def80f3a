package dev.firn.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.feed.LaneAssigner.Held;
import dev.firn.iceberg.SnapshotGoneException;
import dev.firn.iceberg.SnapshotStamp;
import dev.firn.iceberg.TableHistory;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.flink.TableLoader;
import org.jspecify.annotations.Nullable;

/**
 * A job that reads a feed, without a cluster: the feed's own planner, assigner, splits and serializers, driven in the
 * order in which Flink drives them, by readers that stop at random rows, are restored and rescaled.
 */
public final class FeedSimulation implements Closeable {

    private final TableLoader loader;
    private final FeedConfig config;
    private final Path scratch;
    private final Random random;
    private final FeedRows rows;
    private final List<Row> emitted = new ArrayList<>();
    private final List<Visit> visits = new ArrayList<>();
    private TableHistory table;
    private FeedPlanner planner;
    private @Nullable FeedState state;
    private LaneAssigner assigner;
    private List<Reader> readers;
    private long checkpoints;
    private @Nullable Checkpoint completed;

    /** A row that came out of the feed. */
    public record Row(long ordinalOfSplit, RowData row) {}

    /**
     * A snapshot that the feed went to.
     *
     * @param nextOrdinal behind its last split
     */
    public record Visit(SnapshotStamp snapshot, long nextOrdinal) {}

    private record Checkpoint(FeedState state, List<ChangeSplit> splits, int emitted, int visits) {}

    /** One subtask. */
    private final class Reader {

        private final Deque<ChangeSplit> queue = new ArrayDeque<>();
        private @Nullable SplitChanges changes;
        private long rowsOfSplit;

        /** Reads some rows; returns the split's ordinal if it is at its end. */
        @Nullable Long read(int limit) throws IOException {
            ChangeSplit split = queue.peek();
            if (split == null) {
                return null;
            }
            SplitChanges open = changes;
            if (open == null) {
                open = SplitChanges.open(split, rows, input());
                changes = open;
                rowsOfSplit = split.emitted();
            }
            for (int left = limit; left > 0; left--) {
                if (!open.next()) {
                    open.close();
                    changes = null;
                    queue.remove();
                    return split.ordinal();
                }
                emitted.add(new Row(split.ordinal(), open.row()));
                rowsOfSplit++;
            }
            return null;
        }

        List<ChangeSplit> snapshot() {
            List<ChangeSplit> splits = new ArrayList<>(queue);
            if (changes != null) {
                splits.set(0, splits.get(0).after(rowsOfSplit));
            }
            return splits;
        }

        void close() throws IOException {
            if (changes != null) {
                changes.close();
            }
        }
    }

    /** @param random decides how far readers come, and when they are restored */
    public FeedSimulation(
            TableLoader loader,
            FeedConfig config,
            FeedRows.@Nullable Selection selection,
            Path scratch,
            Random random) {
        this.loader = loader;
        this.config = config;
        this.scratch = scratch;
        this.random = random;
        this.table = TableHistory.open(loader);
        FeedRows.Selection wanted =
                selection == null ? FeedRows.Selection.of(FlinkSchemaUtil.convert(table.schema())) : selection;
        this.rows = FeedRows.of(table.schema(), table.primaryKey(), wanted, config.changelog());
        this.planner = new FeedPlanner(table, rows, config);
        this.readers = readers(1 + random.nextInt(3));
        this.assigner = LaneAssigner.fresh(config.handover(), readers.size());
        for (int subtask = 0; subtask < readers.size(); subtask++) {
            assigner.started(subtask, List.of());
        }
        accept(planner.start());
    }

    private FeedInput input() {
        return new FeedInput(table.io(), table.properties(), table.sortOrderId(), scratch, 2_000);
    }

    private List<Reader> readers(int count) {
        List<Reader> fresh = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            fresh.add(new Reader());
        }
        return fresh;
    }

    private void accept(FeedPlan plan) {
        state = plan.state();
        assigner.add(plan.splits());
        FeedState.Progress progress = plan.state().progress();
        if (visits.isEmpty()
                || visits.get(visits.size() - 1).snapshot().id()
                        != progress.planned().id()) {
            visits.add(new Visit(progress.planned(), progress.nextOrdinal()));
        }
    }

    /** Takes one step of the feed's many threads, or has the job fail and come back. */
    public void step() throws IOException {
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> accept(planner.next());
            case 3, 4 -> checkpoint(random.nextInt(3) > 0);
            case 5 -> {
                if (random.nextInt(5) == 0) {
                    restore();
                }
            }
            default -> read();
        }
        assign();
    }

    /** Goes on until everything that the table has was emitted. */
    public void catchUp() throws IOException {
        boolean more = true;
        for (int step = 0; more; step++) {
            assertThat(step).as("steps without end").isLessThan(100_000);
            long before = Objects.requireNonNull(state).progress().nextOrdinal();
            SnapshotStamp position = Objects.requireNonNull(state).progress().planned();
            accept(planner.next());
            assign();
            read();
            checkpoint(true);
            assign();
            more = before != Objects.requireNonNull(state).progress().nextOrdinal()
                    || position.id()
                            != Objects.requireNonNull(state)
                                    .progress()
                                    .planned()
                                    .id()
                    || assigner.oldestUnread().isPresent();
        }
    }

    /** All rows so far, in the order in which they came; rows that a restored job takes back are not among them. */
    public List<Row> emitted() {
        return List.copyOf(emitted);
    }

    /** The snapshots that it went to, in this order. */
    public List<Visit> visits() {
        return List.copyOf(visits);
    }

    private void read() throws IOException {
        int subtask = random.nextInt(readers.size());
        Long read = readers.get(subtask).read(1 + random.nextInt(40));
        if (read != null) {
            assigner.read(subtask, List.of(read));
        }
    }

    private void assign() {
        assigner.assign()
                .forEach((subtask, splits) ->
                        splits.forEach(split -> readers.get(subtask).queue.add(copy(split))));
    }

    private static ChangeSplit copy(ChangeSplit split) {
        ChangeSplitSerializer serializer = new ChangeSplitSerializer();
        try {
            return serializer.deserialize(serializer.getVersion(), serializer.serialize(split));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FeedState copy(FeedState state) {
        EnumeratorStateSerializer serializer = new EnumeratorStateSerializer();
        try {
            byte[] bytes = serializer.serialize(new EnumeratorState(state));
            return Objects.requireNonNull(
                    serializer.deserialize(serializer.getVersion(), bytes).feed());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void checkpoint(boolean completes) {
        checkpoints++;
        assigner.checkpointTaken(checkpoints);
        List<ChangeSplit> splits = new ArrayList<>();
        for (Reader reader : readers) {
            reader.snapshot().forEach(split -> splits.add(copy(split)));
        }
        FeedState now = Objects.requireNonNull(state);
        FeedState kept = copy(now.with(now.progress().consumed(), assigner.pending()));
        if (completes) {
            completed = new Checkpoint(kept, splits, emitted.size(), visits.size());
            assigner.checkpointCompleted(checkpoints);
        }
    }

    /**
     * The job fails and is restored with any parallelism.
     *
     * @throws SnapshotGoneException if what it had read has expired
     */
    public void restore() throws IOException {
        Checkpoint from = completed;
        if (from == null) {
            return;
        }
        for (Reader reader : readers) {
            reader.close();
        }
        table.close();
        FeedState restored = from.state();
        table = TableHistory.open(loader);
        planner = new FeedPlanner(table, rows, config);
        accept(planner.restore(restored));
        readers = readers(1 + random.nextInt(3));
        assigner = LaneAssigner.restored(config.handover(), readers.size());
        assigner.add(restored.pending());
        emitted.subList(from.emitted(), emitted.size()).clear();
        visits.subList(from.visits(), visits.size()).clear();
        from.splits()
                .forEach(split ->
                        readers.get(random.nextInt(readers.size())).queue.add(split));
        for (int subtask = 0; subtask < readers.size(); subtask++) {
            assigner.started(
                    subtask,
                    readers.get(subtask).queue.stream()
                            .map(split -> new Held(split.ordinal(), split.lane()))
                            .toList());
        }
    }

    @Override
    public void close() throws IOException {
        for (Reader reader : readers) {
            reader.close();
        }
        table.close();
    }
}
