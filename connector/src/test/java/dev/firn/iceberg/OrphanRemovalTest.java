package dev.firn.iceberg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.dv.DeletionVectors;
import dev.firn.dv.PositionSet;
import dev.firn.run.RunWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.table.data.RowData;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.flink.TableLoader;
import org.apache.iceberg.hadoop.HadoopTables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrphanRemovalTest {

    private static final Duration MIN_AGE = Duration.ofDays(3);

    @TempDir
    Path disk;

    private Table table;
    private FirnTable firn;

    @BeforeEach
    void createTable() {
        String location = disk.resolve("table").toString();
        PartitionSpec spec =
                PartitionSpec.builderFor(TableFixture.SCHEMA).bucket("id", 1).build();
        table = new HadoopTables(new Configuration())
                .create(
                        TableFixture.SCHEMA,
                        spec,
                        SortOrder.builderFor(TableFixture.SCHEMA).asc("id").build(),
                        Map.of("format-version", "3"),
                        location);
        firn = FirnTable.open(TableLoader.fromHadoopTable(location));
    }

    @AfterEach
    void close() throws IOException {
        firn.close();
    }

    @Test
    void whatIsInNoSnapshotGoesWhenItIsOld() throws Exception {
        DataFile live = run(1);
        table.newAppend().appendFile(live).commit();
        DataFile orphan = run(2);
        DeleteFile orphanVector = vector(orphan);

        assertThat(removeIn(MIN_AGE.minusHours(1))).isZero();
        assertThat(removeIn(MIN_AGE.plusHours(1))).isEqualTo(2);
        assertThat(exists(orphan.location())).isFalse();
        assertThat(exists(orphanVector.location())).isFalse();
        assertThat(exists(live.location())).isTrue();
    }

    @Test
    void whatAnOlderSnapshotOrATagNeedsStays() throws Exception {
        DataFile replaced = run(1);
        table.newAppend().appendFile(replaced).commit();
        DeleteFile vector = vector(replaced);
        table.newRowDelta().addDeletes(vector).commit();
        table.manageSnapshots()
                .createTag("kept", table.currentSnapshot().snapshotId())
                .commit();
        table.newDelete().deleteFile(replaced).commit();
        table.newAppend().appendFile(run(2)).commit();

        assertThat(removeIn(Duration.ofDays(30))).isZero();
        assertThat(exists(replaced.location())).isTrue();
        assertThat(exists(vector.location())).isTrue();
    }

    @Test
    void filesOfOthersStay() throws Exception {
        table.newAppend().appendFile(run(1)).commit();
        Path data = disk.resolve("table/data");
        for (String name : List.of("00000-1-spark.parquet", "notes.txt", "stats.puffin")) {
            Files.writeString(data.resolve(name), "theirs");
        }

        assertThat(removeIn(Duration.ofDays(30))).isZero();
    }

    @Test
    void aTableWhoseFilesMayBeAnothersKeepsEverything() throws Exception {
        run(1);
        table.updateProperties().set("gc.enabled", "false").commit();

        assertThat(removeIn(Duration.ofDays(30))).isZero();
    }

    @Test
    void filesAreLookedForWhereTheTableWritesThem() throws Exception {
        Path elsewhere = Files.createDirectories(disk.resolve("elsewhere"));
        table.updateProperties().set("write.data.path", elsewhere.toString()).commit();
        firn.refresh();
        DataFile orphan = run(1);
        assertThat(orphan.location()).contains("/elsewhere/");

        assertThat(removeIn(Duration.ofDays(30))).isOne();
    }

    @Test
    void inMemoryFilesCannotBeListedAndStay() throws Exception {
        try (TableFixture fixture = new TableFixture(disk.resolve("indexes"))) {
            fixture.run("w", "v", 1);
            try (OrphanRemoval removal =
                    new OrphanRemoval(FirnTable.open(fixture.catalog.loader()), MIN_AGE, later(Duration.ofDays(30)))) {
                assertThat(removal.run()).isZero();
            }
        }
    }

    private int removeIn(Duration time) throws IOException {
        try (OrphanRemoval removal = new OrphanRemoval(
                FirnTable.open(TableLoader.fromHadoopTable(table.location())), MIN_AGE, later(time))) {
            return removal.run();
        }
    }

    private static InstantSource later(Duration time) {
        return InstantSource.offset(InstantSource.system(), time);
    }

    private DataFile run(long id) throws IOException {
        RowPartitioner partitioner = firn.partitioner();
        partitioner.partition(TableFixture.upsert(id, "v"));
        StructLike partition = partitioner.copy();
        var output = firn.runFiles(partition, 0, UUID.randomUUID().toString()).apply(0);
        try (RunWriter<RowData> writer = RunWriter.open(firn.format(), firn.io(), output, firn.spec(), partition)) {
            writer.append(TableFixture.upsert(id, "v"));
            return writer.finish();
        }
    }

    private DeleteFile vector(DataFile file) throws IOException {
        return DeletionVectors.write(
                        firn.vectorFiles(),
                        List.of(new DeletionVectors.Entry(
                                file.location(), firn.spec(), file.partition(), PositionSet.of(0))))
                .get(0);
    }

    private boolean exists(String location) {
        return firn.io().newInputFile(location).exists();
    }
}
