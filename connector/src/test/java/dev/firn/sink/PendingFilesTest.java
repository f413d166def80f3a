package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.iceberg.CheckpointChanges;
import dev.firn.iceberg.CommitOptions;
import dev.firn.iceberg.FirnTable;
import dev.firn.iceberg.PortableTable;
import dev.firn.iceberg.SnapshotCommitter;
import dev.firn.iceberg.SnapshotInvariants;
import dev.firn.iceberg.TableFixture;
import dev.firn.sink.SimulatedJob.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.Table;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Orphans are removed beside commits: never a file that a checkpoint still has to commit, however old it is. */
class PendingFilesTest {

    private static final RowType COLUMNS = FlinkSchemaUtil.convert(TableFixture.SCHEMA);
    private static final Executor NO_MERGES = task -> {};

    @TempDir
    Path disk;

    private PortableTable loader;

    /** Long after every file was written. */
    private Instant now = Instant.now().plus(Duration.ofDays(30));

    @BeforeEach
    void createTable() {
        loader = PortableTable.create(disk.resolve("table"), COLUMNS, List.of("id"));
    }

    @Test
    void filesOfARestoredCheckpointAreCommittedBeforeOrphansAreLookedFor() throws Exception {
        SimulatedJob job = start(null);
        job.write(TableFixture.upsert(1, "committed"));
        job.checkpoint(1);
        job.completed(1);
        job.write(TableFixture.upsert(2, "pending"));
        job.checkpoint(2);
        job.write(TableFixture.upsert(3, "pending as well"));
        Checkpoint savepoint = job.checkpoint(3);
        job.close();

        assertThat(removedOrphansAfterCommitting(savepoint)).isZero();
        assertThat(rows()).isEqualTo(Map.of(1L, "committed", 2L, "pending", 3L, "pending as well"));
    }

    @Test
    void filesOfAnAbortedCheckpointGoAndNothingElse() throws Exception {
        SimulatedJob aborted = start(null);
        aborted.write(TableFixture.upsert(1, "committed"));
        Checkpoint restored = aborted.checkpoint(1);
        aborted.completed(1);
        aborted.write(TableFixture.upsert(2, "aborted"));
        aborted.checkpoint(2);
        // A process that is killed closes nothing.
        SimulatedJob next = start(restored);
        next.write(TableFixture.upsert(2, "again"));
        Checkpoint savepoint = next.checkpoint(3);
        next.close();

        assertThat(removedOrphansAfterCommitting(savepoint)).isOne();
        assertThat(rows()).isEqualTo(Map.of(1L, "committed", 2L, "again"));
        aborted.close();
    }

    private long removedOrphansAfterCommitting(Checkpoint restored) throws IOException {
        FirnTable table = FirnTable.open(loader);
        QueuedExecutor thread = new QueuedExecutor();
        TableChores chores =
                new TableChores(() -> FirnTable.open(loader), HousekeepingConfig.defaults(), thread, () -> now);
        RecordedMetrics metrics = new RecordedMetrics();
        chores.reportTo(metrics);
        var indexes = LocalIndexes.open(table, config().indexes(), "committer");
        now = now.plus(Duration.ofDays(1));
        CommittableSerializer serializer = new CommittableSerializer(table.specs());
        try (FirnCommitter committer = new FirnCommitter(
                        table,
                        indexes,
                        new SnapshotCommitter(table, indexes, CommitOptions.of("job")),
                        OptionalLong.of(restored.id()))
                .keepingHouse(chores.housekeeping())) {
            List<OneRequest> requests = restored.committables().values().stream()
                    .map(bytes -> new OneRequest(deserialize(serializer, bytes)))
                    .toList();
            committer.commit(List.copyOf(requests));
            thread.runAll();
            return metrics.value("firn.removedOrphans");
        }
    }

    private static CheckpointChanges deserialize(CommittableSerializer serializer, byte[] bytes) {
        try {
            return serializer.deserialize(serializer.getVersion(), bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Map<Long, String> rows() {
        Table table = loader.loadTable();
        Map<Long, String> rows = new TreeMap<>();
        SnapshotInvariants.rows(table, Objects.requireNonNull(table.currentSnapshot()), row -> (Long) row.get(0))
                .forEach((id, row) -> rows.put(id, String.valueOf(row.get(1))));
        return rows;
    }

    private SimulatedJob start(@Nullable Checkpoint from) throws IOException {
        return new SimulatedJob(new SimulatedJob.Setup(loader, config(), 1, "job", NO_MERGES), from);
    }

    private SinkConfig config() {
        return SinkConfig.defaults()
                .withIndexes(new SinkConfig.IndexConfig(
                        1 << 20, List.of(disk.resolve("local").toString())));
    }
}
