package dev.firn.sink;

import dev.firn.compaction.CompactionOptions;
import dev.firn.compaction.CompactionThreads;
import dev.firn.compaction.LevelTargets;
import dev.firn.compaction.RateLimiter;
import dev.firn.compaction.RowFilter;
import dev.firn.iceberg.CheckpointChanges;
import dev.firn.iceberg.CommitOptions;
import dev.firn.iceberg.FirnTable;
import dev.firn.iceberg.Marker;
import dev.firn.iceberg.SnapshotCommitter;
import dev.firn.iceberg.TableFixture;
import dev.firn.iceberg.WriterChanges;
import dev.firn.index.KeyIndexes;
import dev.firn.lsm.BucketCounters;
import dev.firn.lsm.FlushThread;
import dev.firn.run.LevelProfiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.apache.iceberg.DataFile;

/** A writer of a table of one bucket that reports its metrics, and merges two runs when it is told to. */
final class WatchedWriter implements AutoCloseable {

    final TableFixture fixture;
    final RecordedMetrics metrics = new RecordedMetrics();
    final CompactionThreads places;
    final KeyIndexes indexes;
    private final Queue<Runnable> merges = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> flushes = new ConcurrentLinkedQueue<>();
    private final FirnWriter writer;
    private final SnapshotCommitter committer;
    private long checkpointId;

    WatchedWriter(Path localDisk, BackPressureConfig backPressure) {
        this(localDisk, backPressure, flushes -> new WriterResources.Buffers(1 << 30, 1 << 30, flushes));
    }

    WatchedWriter(
            Path localDisk, BackPressureConfig backPressure, Function<FlushThread, WriterResources.Buffers> buffers) {
        fixture = new TableFixture(localDisk.resolve("committer"));
        places = CompactionThreads.on(merges::add, 1);
        committer = new SnapshotCommitter(fixture.table, fixture.indexes, CommitOptions.of("job"));
        FirnTable table = FirnTable.open(fixture.catalog.loader());
        indexes = KeyIndexes.open(
                localDisk.resolve("writer"), 1 << 20, table.keyEncoder().format(), table.keySource());
        BucketRouter router = BucketRouter.of(table);
        CompactionOptions options = CompactionOptions.defaults()
                .withDeadRowsRatio(0.9)
                .withTargets(new LevelTargets(2, 1 << 20, 2, 1 << 20, 0.5));
        writer = new FirnWriter(
                        table,
                        new WriterResources(
                                indexes,
                                buffers.apply(FlushThread.on(flushes::add)),
                                LevelProfiles.defaults(),
                                new WriterResources.Compaction(
                                        options,
                                        places,
                                        RateLimiter.unlimited(),
                                        backPressure,
                                        schema -> RowFilter.KEEP_ALL),
                                new BucketCounters()),
                        new WriterPlace(router, new WriterPlace.Subtask(0, 1), "job", OptionalLong.empty(), false))
                .reportingTo(metrics);
    }

    void write(long... ids) throws IOException, InterruptedException {
        for (long id : ids) {
            writer.write(TableFixture.upsert(id, "value"));
        }
    }

    /** Not committed. */
    List<WriterChanges> prepare() throws IOException, InterruptedException {
        List<WriterChanges> changes = List.copyOf(writer.prepareCommit());
        // The writer has not waited for this thread, which comes too late.
        flush();
        writer.snapshotState(++checkpointId);
        return changes;
    }

    /** @return the files that the checkpoint added */
    List<DataFile> checkpoint() throws IOException, InterruptedException {
        List<WriterChanges> changes = prepare();
        commit(checkpointId, changes);
        return changes.stream().flatMap(change -> change.added().stream()).toList();
    }

    void commit(long id, List<WriterChanges> changes) {
        committer.commit(new CheckpointChanges(new Marker("s", id, "i"), Optional.empty(), changes));
    }

    /** Carries out the merges that were started. */
    void merge() {
        carryOut(merges);
    }

    /** Carries out the flushes that were begun ahead of the barrier. */
    void flush() {
        carryOut(flushes);
    }

    boolean isFlushing() {
        return !flushes.isEmpty();
    }

    /** As Flink says that no row comes any more, ahead of the last checkpoint. */
    void endInput() throws InterruptedException {
        writer.flush(true);
    }

    private static void carryOut(Queue<Runnable> tasks) {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    long value(String name) {
        return metrics.value("firn." + name);
    }

    @Override
    public void close() throws IOException {
        writer.close();
        fixture.close();
    }
}
