package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.compaction.CompactionOptions;
import dev.firn.compaction.CompactionStrategy;
import dev.firn.iceberg.ForeignWriter;
import dev.firn.iceberg.SnapshotInvariants;
import dev.firn.iceberg.TableFixture;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody adds a column to the table while a job runs that knows nothing of it. */
class ChangedSchemaTest {

    @TempDir
    Path localDisk;

    private final QueuedThreads threads = new QueuedThreads();

    @Test
    void compactionKeepsTheValuesOfAColumnThatTheJobDoesNotWrite() throws Exception {
        try (TableFixture fixture = new TableFixture(localDisk.resolve("fixture"))) {
            SimulatedJob job = new SimulatedJob(
                    new SimulatedJob.Setup(fixture.catalog.loader(), config(), 1, "job", threads), null);
            write(job, 1, "ours");
            Table table = fixture.catalog.table();
            table.updateSchema().addColumn("note", Types.StringType.get()).commit();
            Record theirs = GenericRecord.create(table.schema());
            theirs.setField("id", 3L);
            theirs.setField("value", "theirs");
            theirs.setField("note", "noted");
            new ForeignWriter(table, new Random(0)).insert(List.of(theirs));
            for (int checkpoint = 2; checkpoint < 12; checkpoint++) {
                write(job, checkpoint, "ours");
            }
            job.close();

            SortedMap<Long, Record> rows = SnapshotInvariants.rowsOfSharedTable(
                    fixture.catalog.table(),
                    Objects.requireNonNull(fixture.catalog.table().currentSnapshot()),
                    row -> (Long) row.get(0));
            assertThat(new ForeignWriter(table, new Random(0)).files())
                    .as("the foreign file was compacted")
                    .noneMatch(file -> file.location().contains("foreign"));
            assertThat(rows).hasSize(23);
            assertThat(Objects.requireNonNull(rows.get(3L)).getField("note")).isEqualTo("noted");
            assertThat(Objects.requireNonNull(rows.get(101L)).getField("note")).isNull();
        }
    }

    private SinkConfig config() {
        return SinkConfig.defaults()
                .withCompaction(
                        CompactionConfig.defaults().withOptions(CompactionOptions.of(CompactionStrategy.LEVELED)))
                .withIndexes(new SinkConfig.IndexConfig(
                        1 << 20, List.of(localDisk.resolve("local").toString())));
    }

    /** Rows left and right of the foreign one, so that its file is merged with theirs. */
    private void write(SimulatedJob job, int checkpoint, String value) throws Exception {
        job.write(TableFixture.upsert(-checkpoint, value));
        job.write(TableFixture.upsert(100 + checkpoint, value));
        job.checkpoint(checkpoint);
        job.completed(checkpoint);
        threads.runAll();
    }
}
