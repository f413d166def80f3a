package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.compaction.CompactionOptions;
import dev.firn.compaction.LevelTargets;
import dev.firn.iceberg.TableFixture;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several buckets of a writer, and one thread that compacts. */
class SharedThreadTest {

    private static final int BUCKETS = 8;
    private static final int CHECKPOINTS = 48;

    @TempDir
    Path localDisk;

    @Test
    void everyBucketHasItsTurn() throws Exception {
        QueuedThreads threads = new QueuedThreads();
        try (TableFixture fixture = new TableFixture(localDisk.resolve("fixture"), BUCKETS)) {
            SimulatedJob job = new SimulatedJob(
                    new SimulatedJob.Setup(fixture.catalog.loader(), config(), 1, "job", threads), null);
            for (int checkpoint = 1; checkpoint <= CHECKPOINTS; checkpoint++) {
                for (long id = 0; id < 200; id++) {
                    job.write(TableFixture.upsert(id * 1_000 + checkpoint, "v"));
                }
                job.checkpoint(checkpoint);
                job.completed(checkpoint);
                threads.run(1, new Random(checkpoint));
            }
            job.close();

            assertThat(compactions(fixture.catalog.table()))
                    .hasSize(BUCKETS)
                    .allSatisfy((bucket, count) -> assertThat(count).isGreaterThanOrEqualTo(CHECKPOINTS / BUCKETS / 3));
        }
    }

    private SinkConfig config() {
        return SinkConfig.defaults()
                .withIndexes(new SinkConfig.IndexConfig(
                        1 << 20, List.of(localDisk.resolve("local").toString())))
                .withCompaction(CompactionConfig.defaults()
                        .withOptions(
                                CompactionOptions.defaults().withTargets(new LevelTargets(2, 1 << 20, 2, 1 << 20, 0))))
                .withBackPressure(RandomCompaction.NO_BACK_PRESSURE);
    }

    /** How often each bucket was compacted. */
    private static Map<Integer, Integer> compactions(Table table) {
        Map<Integer, Integer> compactions = new TreeMap<>();
        for (Snapshot snapshot : table.snapshots()) {
            if (snapshot.operation().equals(DataOperations.REPLACE)) {
                SnapshotChanges changes =
                        SnapshotChanges.builderFor(table).snapshot(snapshot).build();
                for (DataFile file : changes.addedDataFiles()) {
                    compactions.merge(file.partition().get(0, Integer.class), 1, Integer::sum);
                }
            }
        }
        return compactions;
    }
}
