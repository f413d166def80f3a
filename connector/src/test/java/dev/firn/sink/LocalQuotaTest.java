package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.firn.compaction.CompactionOptions;
import dev.firn.compaction.LevelTargets;
import dev.firn.iceberg.TableFixture;
import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalQuotaTest {

    private static final int CHECKPOINTS = 8;

    @TempDir
    Path localDisk;

    @Test
    void aQuotaThatIndexesFillKeepsRunsFromBeingCompacted() throws Exception {
        assertThat(filesAfterCheckpoints(Long.MAX_VALUE)).isLessThan(CHECKPOINTS);
        assertThat(filesAfterCheckpoints(1)).isEqualTo(CHECKPOINTS);
    }

    @Test
    void aQuotaOfNothingIsRefusedWithARemedy() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SinkConfig.IndexConfig(1, List.of()).withQuotaBytes(0))
                .withMessageContaining("leave it out");
    }

    private int filesAfterCheckpoints(long quotaBytes) throws Exception {
        Path disk = localDisk.resolve("quota-" + quotaBytes);
        SinkConfig config = SinkConfig.defaults()
                .withIndexes(new SinkConfig.IndexConfig(1 << 20, List.of(disk.toString())).withQuotaBytes(quotaBytes))
                .withBackPressure(RandomCompaction.NO_BACK_PRESSURE)
                .withCompaction(CompactionConfig.defaults()
                        .withOptions(CompactionOptions.defaults()
                                .withTargets(new LevelTargets(2, 1 << 20, 2, 1 << 20, 0.5))));
        try (TableFixture fixture = new TableFixture(disk.resolve("fixture"))) {
            SimulatedJob job = new SimulatedJob(
                    new SimulatedJob.Setup(fixture.catalog.loader(), config, 1, "job", Runnable::run), null);
            for (int id = 1; id <= CHECKPOINTS; id++) {
                job.write(TableFixture.upsert(id, "a"));
                job.write(TableFixture.upsert(id + 100, "a"));
                job.checkpoint(id);
                job.completed(id);
            }
            job.close();
            assertThat(fixture.rows()).hasSize(2 * CHECKPOINTS);
            int files = 0;
            try (CloseableIterable<FileScanTask> tasks =
                    fixture.catalog.table().newScan().planFiles()) {
                for (FileScanTask task : tasks) {
                    files += task.start() == 0 ? 1 : 0;
                }
            }
            return files;
        }
    }
}
