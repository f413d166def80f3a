package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.iceberg.CheckpointChanges;
import dev.firn.iceberg.CommitOptions;
import dev.firn.iceberg.FirnTable;
import dev.firn.iceberg.Marker;
import dev.firn.iceberg.SnapshotCommitter;
import dev.firn.iceberg.TableFixture;
import dev.firn.index.IndexThreads;
import dev.firn.index.KeyIndexes;
import dev.firn.lsm.BucketCounters;
import dev.firn.lsm.FlushThread;
import dev.firn.run.LevelProfiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A writer of two buckets on a host that has nothing but the table; what its threads do is done when a test says so.
 */
class RestoreTest {

    private static final int ROWS = 50;
    private static final long LARGE = 1L << 30;

    @TempDir
    Path localDisk;

    private final Queue<Runnable> loads = new ArrayDeque<>();
    private final Queue<Runnable> flushes = new ArrayDeque<>();
    private final TreeMap<Long, String> truth = new TreeMap<>();
    private RecordedMetrics metrics = new RecordedMetrics();
    private TableFixture fixture;
    private SnapshotCommitter committer;
    private BucketRouter router;
    private FirnWriter writer;
    private long checkpointId;

    @BeforeEach
    void writeATableOfTwoFiles() throws Exception {
        fixture = new TableFixture(localDisk.resolve("committer"), 2);
        committer = new SnapshotCommitter(fixture.table, fixture.indexes, CommitOptions.of("job"));
        router = BucketRouter.of(fixture.table);
        open("first", LARGE, LARGE);
        write("old", LongStream.range(0, ROWS).toArray());
        checkpoint();
        writer.close();
        fixture.catalog.io().clear();
        loads.clear();
    }

    @AfterEach
    void close() throws Exception {
        writer.close();
        fixture.close();
    }

    @Test
    void rowsAreTakenInBeforeAnyIndexIsThere() throws Exception {
        open("second", LARGE, LARGE);
        write("new", LongStream.range(0, 10).toArray());

        assertThat(fixture.catalog.io().dataFilesRead()).isEmpty();
        assertThat(value("bufferedRows")).isEqualTo(10);
        assertThat(value("indexesToLoad")).isEqualTo(2);
        assertThat(value("indexKeysToLoad")).isEqualTo(ROWS);
        assertThat(value("indexesLoading")).isZero();
    }

    @Test
    void aBucketThatIsReadyIsFlushedWhileAnotherOneIsLoaded() throws Exception {
        open("second", LARGE, 1);
        long first = 0;
        long other = inAnotherBucketThan(first);
        write("new", first, other);
        assertThat(flushes).isEmpty();
        loads.remove().run();
        write("newer", other);
        assertThat(flushes)
                .as("of the first bucket, though the row was of the other one")
                .hasSize(1);
        flushes.remove().run();
        write("newest", other);

        assertThat(value("flushedRows")).isEqualTo(1);
        assertThat(value("supersededRows")).isEqualTo(1);
        assertThat(value("bufferedRows")).isEqualTo(1);
        assertThat(value("indexesToLoad")).isEqualTo(1);
        assertThat(fixture.catalog.io().dataFilesRead())
                .containsExactly(fileOf(first).location());
        checkpoint();
        assertThat(fixture.rows()).isEqualTo(truth);
    }

    @Test
    void aCheckpointWaitsForTheIndexesItNeedsAndBuildsThoseThatNobodyHasBegun() throws Exception {
        open("second", LARGE, LARGE);
        LogLines lines = LogLines.sinceNow();
        write("new", 0, 1, 2, ROWS + 1);
        checkpoint();

        assertThat(fixture.rows()).isEqualTo(truth);
        assertThat(fixture.catalog.io().dataFilesRead()).hasSize(2).doesNotHaveDuplicates();
        assertThat(value("indexesToLoad")).isZero();
        assertThat(value("indexRebuilds")).isEqualTo(2);
        assertThat(value("indexRebuiltKeys")).isEqualTo(ROWS);
        String ready = lines.only("Indexes ready ");
        assertThat(ready).contains(" files=2 ", " rebuilt=2 ", " keys=" + ROWS + " ");
        assertThat(LogLines.fields(ready)).isEqualTo(MetricsDocumentTest.documented("Indexes ready "));
    }

    @Test
    void aBucketThatGetsNoRowsIsNotLoaded() throws Exception {
        open("second", LARGE, LARGE);
        write("new", 0);
        checkpoint();

        assertThat(fixture.catalog.io().dataFilesRead())
                .containsExactly(fileOf(0).location());
        assertThat(fixture.rows()).isEqualTo(truth);
    }

    @Test
    void withALocalDiskThatSurvivedNothingIsReadFromTheTable() throws Exception {
        open("first", LARGE, LARGE);
        write("new", 0, 1, 2);
        checkpoint();

        assertThat(fixture.catalog.io().dataFilesRead()).isEmpty();
        assertThat(fixture.rows()).isEqualTo(truth);
    }

    @Test
    void aFullBufferWaitsForTheFirstBucketThatIsReadyAndForNoOther() throws Exception {
        open("second", 20_000, LARGE);
        long first = 0;
        long other = inAnotherBucketThan(first);
        for (int i = 0; value("flushedFiles") == 0; i++) {
            write("some text that takes room", first + 1_000_000_007L * i, other + 1_000_000_007L * i);
        }

        assertThat(value("indexRebuilds")).isEqualTo(1);
        assertThat(value("indexesToLoad")).isEqualTo(1);
        checkpoint();
        assertThat(fixture.rows()).isEqualTo(truth);
    }

    @Test
    void aFullBufferIsNotFlushedRowByRowForALargeBucketThatIsBeingLoaded() throws Exception {
        open("second", 20_000, LARGE);
        long small = 0;
        write("new", small);
        loads.remove().run();
        long large = inAnotherBucketThan(small);
        for (long id = large; value("flushedFiles") == 0; id++) {
            if (bucketOf(id) == bucketOf(large)) {
                write("some text that takes room", id);
            }
        }

        assertThat(value("indexesToLoad")).isZero();
        assertThat(value("flushedRows")).isGreaterThan(10);
        assertThat(value("bufferedRows")).as("of both buckets").isPositive();
        checkpoint();
        assertThat(fixture.rows()).isEqualTo(truth);
    }

    @Test
    void anIndexThatCannotBeBuiltFailsTheNextRowWithARemedy() throws Exception {
        open("second", LARGE, LARGE);
        write("new", 0);
        damage(fileOf(0));
        loads.remove().run();

        assertThatThrownBy(() -> write("new", 1))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(fileOf(0).location(), "could not be built", "start the job again");
    }

    @Test
    void anIndexThatCannotBeBuiltFailsTheCheckpoint() throws Exception {
        open("second", LARGE, LARGE);
        write("new", 0);
        damage(fileOf(0));

        assertThatThrownBy(this::checkpoint)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(fileOf(0).location());
    }

    @Test
    void afterAFileIsGoneTheTableIsLookedAtAnew() throws Exception {
        open("second", LARGE, LARGE);
        write("new", 0);
        DataFile gone = fileOf(0);
        Table table = fixture.catalog.table();
        table.newDelete().deleteFile(gone).commit();
        truth.keySet().removeIf(id -> bucketOf(id) == bucketOf(0));
        fixture.catalog.io().deleteFile(gone.location());
        loads.remove().run();
        write("newer", 0);

        assertThat(value("indexesToLoad")).isZero();
        checkpoint();
        assertThat(fixture.rows()).isEqualTo(truth);
    }

    @Test
    void aFileThatIsGoneThoughNobodyChangedTheTableIsAnError() throws Exception {
        open("second", LARGE, LARGE);
        write("new", 0);
        fixture.catalog.io().deleteFile(fileOf(0).location());
        loads.remove().run();

        assertThatThrownBy(() -> write("newer", 0))
                .hasMessageContaining(fileOf(0).location());
    }

    @Test
    void asManyThreadsLoadAsTheSinkWasGiven() throws Exception {
        assertThat(threadsOfAWriterWith(1)).isEqualTo(1);
        assertThat(threadsOfAWriterWith(2)).isEqualTo(2);
    }

    private long threadsOfAWriterWith(int threads) throws Exception {
        String owner = "writer-of-" + threads;
        SinkConfig config = SinkConfig.defaults()
                .withIndexes(new SinkConfig.IndexConfig(1 << 20, List.of(localDisk.toString())).withThreads(threads));
        FirnTable table = FirnTable.open(fixture.catalog.loader());
        try (table;
                WriterResources resources = WriterResources.open(table, config, owner)) {
            resources.indexes().load(files()).await();
            return Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().startsWith("firn-index-" + owner + "-"))
                    .count();
        }
    }

    private void open(String disk, long bufferBytes, long flushBytes) {
        FirnTable table = FirnTable.open(fixture.catalog.loader());
        metrics = new RecordedMetrics();
        KeyIndexes indexes = KeyIndexes.open(
                        localDisk.resolve(disk), 1 << 20, table.keyEncoder().format(), table.keySource())
                .loadingOn(IndexThreads.on(loads::add));
        writer = new FirnWriter(
                        table,
                        new WriterResources(
                                indexes,
                                new WriterResources.Buffers(bufferBytes, flushBytes, FlushThread.on(flushes::add)),
                                LevelProfiles.defaults(),
                                null,
                                new BucketCounters()),
                        new WriterPlace(router, new WriterPlace.Subtask(0, 1), "job", OptionalLong.empty(), false))
                .reportingTo(metrics);
    }

    private void write(String value, long... ids) throws Exception {
        for (long id : ids) {
            writer.write(TableFixture.upsert(id, value));
            truth.put(id, value);
        }
    }

    private void checkpoint() throws Exception {
        committer.commit(new CheckpointChanges(
                new Marker("s", ++checkpointId, "i"), Optional.empty(), List.copyOf(writer.prepareCommit())));
        flushes.forEach(Runnable::run);
        flushes.clear();
        writer.snapshotState(checkpointId);
    }

    private long inAnotherBucketThan(long id) {
        return LongStream.range(0, ROWS)
                .filter(other -> bucketOf(other) != bucketOf(id))
                .findFirst()
                .orElseThrow();
    }

    private int bucketOf(long id) {
        return router.getKey(TableFixture.upsert(id, ""));
    }

    /** The file of the table as the test began that holds the key. */
    private DataFile fileOf(long id) throws IOException {
        return files().stream()
                .filter(file -> file.partition().get(0, Integer.class) == bucketOf(id))
                .findFirst()
                .orElseThrow();
    }

    private List<DataFile> files() throws IOException {
        List<DataFile> files = new ArrayList<>();
        Table table = fixture.catalog.table();
        try (var tasks = table.newScan()
                .useSnapshot(table.snapshots().iterator().next().snapshotId())
                .planFiles()) {
            tasks.forEach(task -> files.add(task.file()));
        }
        return files;
    }

    private void damage(DataFile file) throws IOException {
        fixture.catalog.io().deleteFile(file.location());
        try (OutputStream out =
                fixture.catalog.io().newOutputFile(file.location()).createOrOverwrite()) {
            out.write("this is no Parquet file, however long it may be".getBytes(StandardCharsets.UTF_8));
        }
    }

    private long value(String name) {
        return metrics.value("firn." + name);
    }
}
