package dev.firn.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.iceberg.FaultyCatalog;
import dev.firn.iceberg.ForeignWriter;
import dev.firn.iceberg.SnapshotGoneException;
import dev.firn.iceberg.SnapshotStamp;
import dev.firn.iceberg.TableHistory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.apache.flink.connector.testutils.source.reader.TestingSplitEnumeratorContext;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChangeEnumeratorTest {

    private static final Schema SCHEMA = new Schema(
            List.of(
                    NestedField.required(1, "id", Types.LongType.get()),
                    NestedField.optional(2, "value", Types.LongType.get())),
            Set.of(1));

    @SuppressWarnings("NullAway.Init")
    private FaultyCatalog catalog;

    @SuppressWarnings("NullAway.Init")
    private ForeignWriter writer;

    @BeforeEach
    void createTable() {
        catalog = new FaultyCatalog(SCHEMA, PartitionSpec.unpartitioned(), SortOrder.unsorted(), Map.of());
        writer = new ForeignWriter(catalog.table(), new Random(1));
    }

    @AfterEach
    void dropTable() {
        catalog.close();
    }

    @Test
    void fullReadsTheNewestSnapshotAndThenEachChange() throws Exception {
        insert(1);
        long scanned = insert(2);
        try (Feed feed = new Feed(FeedConfig.defaults())) {
            feed.look();
            assertThat(feed.finishAssigned()).containsExactly(scanned, scanned);
            long third = insert(3);
            long fourth = insert(4);
            feed.look();
            assertThat(feed.finishAssigned()).containsExactly(third, fourth);
        }
    }

    @Test
    void earliestReadsTheOldestRetainedSnapshotAndThenEachChange() throws Exception {
        long first = insert(1);
        long second = insert(2);

        assertThat(all(FeedConfig.defaults().from(new StartPoint.Earliest()))).containsExactly(first, second);
    }

    @Test
    void latestReadsOnlyWhatComes() throws Exception {
        insert(1);
        try (Feed feed = new Feed(FeedConfig.defaults().from(new StartPoint.Latest()))) {
            feed.look();
            assertThat(feed.finishAssigned()).isEmpty();
            long second = insert(2);
            feed.look();
            assertThat(feed.finishAssigned()).containsExactly(second);
        }
    }

    @Test
    void snapshotAndTimeReadWhatCameAfterThem() throws Exception {
        long first = insert(1);
        long second = insert(2);
        long third = insert(3);
        long time = snapshot(first).commitMillis();

        assertThat(all(FeedConfig.defaults().from(new StartPoint.AfterSnapshot(second))))
                .containsExactly(third);
        assertThat(all(FeedConfig.defaults().from(new StartPoint.AfterTime(time - 1))))
                .containsExactly(first, second, third);
    }

    @Test
    void aBoundedFeedEndsWithItsLastSnapshotAndDismissesItsReaders() throws Exception {
        long first = insert(1);
        long second = insert(2);
        insert(3);
        FeedConfig config =
                FeedConfig.defaults().from(new StartPoint.AfterSnapshot(first)).until(new EndPoint.AtSnapshot(second));
        try (Feed feed = new Feed(config)) {
            feed.look();
            feed.look();
            assertThat(feed.finishAssigned()).containsExactly(second);
            assertThat(feed.isDismissed()).isTrue();
        }
        assertThat(all(FeedConfig.defaults()
                        .from(new StartPoint.Earliest())
                        .until(new EndPoint.AtTime(Long.MAX_VALUE))))
                .hasSize(3);
    }

    @Test
    void anEmptyTableIsAStartLikeAnyOther() throws Exception {
        try (Feed feed = new Feed(FeedConfig.defaults())) {
            feed.look();
            assertThat(feed.finishAssigned()).isEmpty();
            long first = insert(1);
            feed.look();
            assertThat(feed.finishAssigned()).containsExactly(first);
        }
        try (Feed bounded = new Feed(FeedConfig.defaults().until(new EndPoint.Latest()))) {
            bounded.look();
            bounded.finishAssigned();
            assertThat(bounded.isDismissed()).isTrue();
        }
    }

    @Test
    void aNetChangelogIsOneStepFromStartToEnd() throws Exception {
        long first = insert(1);
        insert(2);
        long third = insert(3);

        assertThat(all(FeedConfig.defaults()
                        .from(new StartPoint.AfterSnapshot(first))
                        .until(new EndPoint.Latest())
                        .withChangelog(ChangelogKind.NET)))
                .containsExactly(third);
    }

    @Test
    void compactionsBringNothing() throws Exception {
        insert(1);
        try (Feed feed = new Feed(FeedConfig.defaults().from(new StartPoint.Latest()))) {
            feed.look();
            writer.rewrite(writer.files());
            long next = insert(2);
            feed.look();
            assertThat(feed.finishAssigned()).containsExactly(next);
        }
    }

    @Test
    void anExpiredStartIsAnErrorThatNamesWhatIsLeft() {
        long first = insert(1);
        long second = insert(2);
        writer.expireSnapshots();

        assertThatThrownBy(() -> all(FeedConfig.defaults().from(new StartPoint.AfterSnapshot(first))))
                .hasRootCauseInstanceOf(SnapshotGoneException.class)
                .hasMessageContaining("Snapshot " + first)
                .hasMessageContaining("The oldest snapshot that is retained is " + second)
                .hasMessageContaining("'earliest'");
    }

    @Test
    void aRestoredFeedGoesOnWhereItWas() throws Exception {
        insert(1);
        EnumeratorState state = stateOfAFeedThatReadEverything();
        long second = insert(2);
        try (Feed restored = new Feed(FeedConfig.defaults(), state)) {
            restored.look();
            assertThat(restored.finishAssigned()).containsExactly(second);
        }
    }

    @Test
    void aFeedWhosePositionExpiredCannotBeRestored() throws Exception {
        insert(1);
        EnumeratorState state = stateOfAFeedThatReadEverything();
        insert(2);
        writer.expireSnapshots();

        assertThatThrownBy(() -> {
                    try (Feed restored = new Feed(FeedConfig.defaults(), state)) {
                        restored.look();
                    }
                })
                .hasMessageContaining("up to which this job has read, has expired")
                .hasMessageContaining("'consumer-id'");
    }

    @Test
    void stateOfAnotherTableIsRefused() throws Exception {
        insert(1);
        EnumeratorState state = stateOfAFeedThatReadEverything();
        catalog.close();
        createTable();

        assertThatThrownBy(() -> {
                    try (Feed restored = new Feed(FeedConfig.defaults(), state)) {
                        restored.look();
                    }
                })
                .hasMessageContaining("was replaced by another table");
    }

    @Test
    void aConsumersProgressIsKeptInTheTableOnceACheckpointIsComplete() throws Exception {
        FeedConfig config = FeedConfig.defaults().withConsumer(new Consumer("billing", Duration.ofDays(1)));
        long first = insert(1);
        try (Feed feed = new Feed(config)) {
            feed.look();
            feed.enumerator.snapshotState(1);
            feed.completed(1);
            assertThat(consumed()).as("nothing was read yet").isEmpty();
            feed.finishAssigned();
            feed.enumerator.snapshotState(2);
            assertThat(consumed()).as("the checkpoint may fail").isEmpty();
            feed.completed(2);
            assertThat(consumed()).isEqualTo(List.of(first));
        }
        long second = insert(2);
        try (Feed withoutState = new Feed(config)) {
            withoutState.look();
            assertThat(withoutState.finishAssigned()).as("it goes on there").containsExactly(second);
        }
    }

    @Test
    void whatExpiredBeforeAConsumerReadItIsToldAsOneStep() throws Exception {
        FeedConfig config = FeedConfig.defaults().withConsumer(new Consumer("billing", Duration.ofDays(1)));
        insert(1);
        try (Feed feed = new Feed(config)) {
            feed.look();
            feed.finishAssigned();
            feed.enumerator.snapshotState(1);
            feed.completed(1);
        }
        insert(2);
        long third = insert(3);
        writer.expireSnapshots();

        try (Feed later = new Feed(config)) {
            later.look();
            assertThat(later.splits())
                    .singleElement()
                    .satisfies(split -> assertThat(split.files()).hasSize(2))
                    .satisfies(split -> assertThat(split.snapshot().id()).isEqualTo(third));
        }
    }

    @Test
    void aCatalogThatIsAwayForAWhileIsWaitedFor() throws Exception {
        insert(1);
        try (Feed feed = new Feed(FeedConfig.defaults())) {
            feed.look();
            feed.finishAssigned();
            catalog.failNextRefreshes(5);
            for (int i = 0; i < 5; i++) {
                feed.look();
            }
            long second = insert(2);
            feed.look();
            assertThat(feed.finishAssigned()).containsExactly(second);
            catalog.failNextRefreshes(100);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 100; i++) {
                            feed.look();
                        }
                    })
                    .hasMessageContaining("The change feed cannot go on");
            catalog.failNextRefreshes(0);
        }
    }

    @Test
    void planningWaitsForReadersThatAreFarBehind() throws Exception {
        try (Feed feed = new Feed(FeedConfig.defaults())) {
            feed.look();
            for (int id = 0; id < 50; id++) {
                insert(id);
            }
            feed.look();
            EnumeratorState state = feed.enumerator.snapshotState(1);
            int assigned = feed.assigned();
            assertThat(Objects.requireNonNull(state.feed()).pending().size() + assigned)
                    .isBetween(30, 40);
            assertThat(feed.finishAssigned()).hasSize(50);
        }
    }

    private EnumeratorState stateOfAFeedThatReadEverything() throws IOException {
        try (Feed feed = new Feed(FeedConfig.defaults())) {
            feed.look();
            feed.finishAssigned();
            return feed.enumerator.snapshotState(1);
        }
    }

    private List<Long> all(FeedConfig config) throws Exception {
        try (Feed feed = new Feed(config)) {
            feed.look();
            feed.look();
            return feed.finishAssigned();
        }
    }

    private List<Long> consumed() throws IOException {
        try (TableHistory history = TableHistory.open(catalog.loader())) {
            return history.consumed("billing").map(SnapshotStamp::id).stream().toList();
        }
    }

    private SnapshotStamp snapshot(long id) throws IOException {
        try (TableHistory history = TableHistory.open(catalog.loader())) {
            return history.snapshot(id).orElseThrow();
        }
    }

    /** @return the new snapshot's id */
    private long insert(long id) {
        GenericRecord row = GenericRecord.create(SCHEMA);
        row.setField("id", id);
        writer.insert(List.<Record>of(row));
        Table table = catalog.table();
        return Objects.requireNonNull(table.currentSnapshot()).snapshotId();
    }

    /** Flink's, but a handler that fails fails the job, which is the test. */
    private static final class Context extends TestingSplitEnumeratorContext<ChangeSplit> {

        private Runnable tick = () -> {};

        Context() {
            super(1);
        }

        @Override
        public <T> void callAsync(Callable<T> callable, BiConsumer<T, Throwable> handler) {
            getExecutorService().execute(() -> call(callable, handler));
        }

        @Override
        public <T> void callAsync(
                Callable<T> callable, BiConsumer<T, Throwable> handler, long initialDelay, long period) {
            tick = () -> call(callable, handler);
        }

        @SuppressWarnings("NullAway")
        private static <T> void call(Callable<T> callable, BiConsumer<T, Throwable> handler) {
            T result;
            try {
                result = callable.call();
            } catch (Exception e) {
                handler.accept(null, e);
                return;
            }
            handler.accept(result, null);
        }
    }

    /** An enumerator with one reader. */
    private final class Feed implements AutoCloseable {

        private final Context context = new Context();
        private final ChangeEnumerator enumerator;
        private int finished;

        Feed(FeedConfig config) {
            this(config, EnumeratorState.NOT_STARTED);
        }

        Feed(FeedConfig config, EnumeratorState state) {
            ChangeFeedSource source =
                    ChangeFeedSource.forRowData(catalog.loader()).config(config).build();
            enumerator = (ChangeEnumerator) source.restoreEnumerator(context, state);
            enumerator.start();
            context.registerReader(0, "here");
            enumerator.addReader(0);
            enumerator.handleSourceEvent(0, new ReaderEvent.Started(List.of()));
        }

        /** Lets the monitor interval pass, and everything come to rest. */
        void look() {
            context.tick.run();
            context.getExecutorService().triggerAll();
        }

        List<ChangeSplit> splits() {
            var assignment = context.getSplitAssignments().get(0);
            return assignment == null ? List.of() : assignment.getAssignedSplits();
        }

        int assigned() {
            return splits().size();
        }

        /** Reads all splits; returns the snapshots of those that are new. */
        List<Long> finishAssigned() {
            List<Long> snapshots = new ArrayList<>();
            while (finished < assigned()) {
                ChangeSplit split = splits().get(finished++);
                snapshots.add(split.snapshot().id());
                enumerator.handleSourceEvent(0, new ReaderEvent.Read(List.of(split.ordinal())));
                context.getExecutorService().triggerAll();
            }
            return snapshots;
        }

        void completed(long checkpoint) {
            enumerator.notifyCheckpointComplete(checkpoint);
            context.getExecutorService().triggerAll();
        }

        boolean isDismissed() {
            return Objects.requireNonNull(context.getSplitAssignments().get(0)).hasReceivedNoMoreSplitsSignal();
        }

        @Override
        public void close() throws IOException {
            enumerator.close();
        }
    }
}
