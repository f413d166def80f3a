package dev.firn.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.dv.LiveRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableViewTest {

    private static final TableView.Origin ORIGIN = new TableView.Origin("job", 0);

    @TempDir
    Path localDisk;

    @SuppressWarnings("NullAway.Init")
    private TableFixture fixture;

    @BeforeEach
    void createTable() {
        fixture = new TableFixture(localDisk);
    }

    @AfterEach
    void dropTable() throws Exception {
        fixture.close();
    }

    @Test
    void equalityDeletesInTheTableAreAnErrorWithARemedy() throws Exception {
        append(fixture.run("w", "a", 1));
        Table table = fixture.catalog.table();
        DeleteFile deletes = FileMetadata.deleteFileBuilder(table.spec())
                .ofEqualityDeletes(1)
                .withPath("/deletes/by-key.parquet")
                .withPartition(fixture.partition())
                .withFileSizeInBytes(10)
                .withRecordCount(1)
                .build();
        table.newRowDelta().addDeletes(deletes).commit();

        assertThatThrownBy(this::view)
                .isInstanceOf(UnsupportedTableException.class)
                .hasMessageContaining("equality deletes in /deletes/by-key.parquet")
                .hasMessageContaining("rewrite_data_files");
    }

    @Test
    void equalityDeletesThatComeLaterAreAnErrorOfTheCommit() throws Exception {
        equalityDeletesInTheTableAreAnErrorWithARemedy();
        SnapshotCommitter committer = new SnapshotCommitter(fixture.table, fixture.indexes, CommitOptions.of("job"));
        CheckpointChanges changes = new CheckpointChanges(
                new Marker("s", 1, "i"), Optional.empty(), List.of(fixture.adding("w", fixture.run("w", "b", 1))));

        assertThatThrownBy(() -> committer.commit(changes)).isInstanceOf(UnsupportedTableException.class);
    }

    @Test
    void equalityDeletesOfFormatVersionTwoAreAnErrorWithARemedy() throws Exception {
        DataFile file = fixture.run("w", "a", 1);
        OldTable old = new OldTable(Map.of("format-version", "2"));
        Table table = old.catalog.table();
        table.newAppend().appendFile(file).commit();
        DeleteFile deletes = FileMetadata.deleteFileBuilder(table.spec())
                .ofEqualityDeletes(1)
                .withPath("/deletes/by-key.parquet")
                .withPartition(file.partition())
                .withFileSizeInBytes(10)
                .withRecordCount(1)
                .build();
        table.newRowDelta().addDeletes(deletes).commit();
        table.updateProperties().set("format-version", "3").commit();

        assertThatThrownBy(() -> new TableView(FirnTable.open(old.catalog.loader()), ORIGIN, partition -> true))
                .isInstanceOf(UnsupportedTableException.class)
                .hasMessageContaining("equality deletes in /deletes/by-key.parquet")
                .hasMessageContaining("rewrite_data_files");
        old.catalog.close();
    }

    @Test
    void theFirstCommitAfterAnUpgradeGivesRowIdsToEveryFile() throws Exception {
        DataFile file = fixture.run("w", "a", 1);
        OldTable old = new OldTable(Map.of("format-version", "2"));
        Table table = old.catalog.table();
        table.newAppend().appendFile(file).commit();
        table.updateProperties().set("format-version", "3").commit();
        TableView view = new TableView(FirnTable.open(old.catalog.loader()), ORIGIN, partition -> true);
        assertThat(view.levels(file.partition()).runs().get(0).isCommitted()).isFalse();

        Marker marker = new Marker("sink", 1, "incarnation");
        var append = table.newAppend().appendFile(fixture.run("w", "a", 2));
        marker.toSummary().forEach(append::set);
        append.set(SnapshotCommitter.JOB_ID, ORIGIN.jobId()).commit();

        assertThat(view.refresh()).as("to be loaded again").isTrue();
        assertThat(view.levels(file.partition()).runs()).hasSize(2).allMatch(LiveRun::isCommitted);
        old.catalog.close();
    }

    private record OldTable(FaultyCatalog catalog) {
        OldTable(Map<String, String> properties) {
            this(new FaultyCatalog(
                    TableFixture.SCHEMA,
                    PartitionSpec.builderFor(TableFixture.SCHEMA)
                            .bucket("id", 1)
                            .build(),
                    SortOrder.unsorted(),
                    properties));
        }
    }

    @Test
    void filesOfAnOlderPartitionSpecAreInNoPartitionOfThePresentOne() throws Exception {
        DataFile old = fixture.run("w", "a", 1);
        append(old);
        fixture.catalog.declareBuckets(4);
        TableView view = new TableView(FirnTable.open(fixture.catalog.loader()), ORIGIN, file -> true);

        assertThat(view.olderFiles()).extracting(LiveFile::location).containsExactly(old.location());
        assertThat(view.locations()).containsExactly(old.location());
        assertThat(view.partitionsWith(file -> true)).isEmpty();
        assertThat(view.runs(view.olderFiles()).runs()).hasSize(1);
    }

    @Test
    void aPartitionSpecThatIsChangedMeanwhileIsAnErrorWithARemedy() throws Exception {
        append(fixture.run("w", "a", 1));
        TableView view = view();
        fixture.catalog.declareBuckets(4);

        assertThatThrownBy(view::refresh)
                .isInstanceOf(UnsupportedTableException.class)
                .hasMessageContaining("changed the partition spec")
                .hasMessageContaining("Submit the job again");
    }

    @Test
    void ownSnapshotsMoveTheBaseAndNothingElse() throws Exception {
        TableView view = view();
        commit(1, "w", 1);
        commit(2, "w", 2);

        assertThat(view.refresh()).isFalse();
        assertThat(view.baseSequenceNumber()).isEqualTo(2);
        assertThat(view.holds(2)).isTrue();
        assertThat(view.holds(3)).isFalse();
    }

    @Test
    void somebodyElsesSnapshotIsNoticedBehindAnOwnOne() throws Exception {
        TableView view = view();
        append(fixture.run("x", "x", 7));
        commit(1, "w", 1);

        assertThat(view.refresh()).isTrue();
        assertThat(view.refresh()).isFalse();
    }

    @Test
    void somebodyElsesSnapshotIsNoticedThoughItHasExpired() throws Exception {
        TableView view = view();
        append(fixture.run("x", "x", 7));
        commit(1, "w", 1);
        fixture.catalog
                .table()
                .expireSnapshots()
                .expireOlderThan(Long.MAX_VALUE)
                .retainLast(1)
                .commit();

        assertThat(view.refresh()).isTrue();
    }

    @Test
    void aRollbackIsNoticed() throws Exception {
        commit(1, "w", 1);
        long target = Objects.requireNonNull(fixture.catalog.table().currentSnapshot())
                .snapshotId();
        commit(2, "w", 2);
        TableView view = view();
        fixture.catalog.table().manageSnapshots().rollbackTo(target).commit();

        assertThat(view.refresh()).isTrue();
        assertThat(view.locations()).hasSize(1);
    }

    @Test
    void filesKeepTheMetricsOfTheColumnsThatAreAskedForAndNoOthers() throws Exception {
        commit(1, "w", 1);
        fixture.table.refresh();
        TableView view = new TableView(fixture.table, ORIGIN, partition -> true, Set.of(1));
        commit(2, "w", 2);
        view.refresh();
        List<DataFile> files = new ArrayList<>(view.landed().values());
        view.levels(fixture.partition())
                .runs()
                .forEach(run -> files.add(run.run().file()));

        assertThat(files).hasSize(2).allSatisfy(file -> {
            assertThat(file.upperBounds()).containsOnlyKeys(1);
            assertThat(file.nullValueCounts()).containsOnlyKeys(1);
            assertThat(file.firstRowId()).isNotNull();
        });
        assertThat(view.partitionsWith(file -> file.recordCount() == 1)).hasSize(1);
        assertThat(view.partitionsWith(file -> file.recordCount() == 2)).isEmpty();
    }

    @Test
    void filesKeepNoMetricsUnlessTheyAreAskedFor() throws Exception {
        commit(1, "w", 1);
        TableView view = view();
        commit(2, "w", 2);
        view.refresh();
        List<DataFile> files = new ArrayList<>(view.landed().values());
        view.levels(fixture.partition())
                .runs()
                .forEach(run -> files.add(run.run().file()));

        assertThat(files)
                .hasSize(2)
                .allSatisfy(file -> assertThat(file.upperBounds()).isNull());
    }

    private void append(DataFile file) {
        fixture.catalog.table().newAppend().appendFile(file).commit();
    }

    private void commit(long checkpointId, String writerId, long id) throws Exception {
        try (FirnTable own = FirnTable.open(fixture.catalog.loader())) {
            new SnapshotCommitter(own, fixture.indexes, CommitOptions.of("job"))
                    .commit(new CheckpointChanges(
                            new Marker("s", checkpointId, "i"),
                            Optional.empty(),
                            List.of(fixture.adding(writerId, fixture.run(writerId, "a", id)))));
        }
    }

    private TableView view() {
        fixture.table.refresh();
        return new TableView(fixture.table, ORIGIN, partition -> true);
    }
}
