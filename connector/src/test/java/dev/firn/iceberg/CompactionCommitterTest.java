package dev.firn.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.dv.PositionSet;
import dev.firn.iceberg.CompactionCommitter.Outcome;
import dev.firn.iceberg.FaultyCatalog.Fault;
import dev.firn.lsm.CompactionEdit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.exceptions.NotFoundException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompactionCommitterTest {

    @TempDir
    Path localDisk;

    private TableFixture fixture;
    private SnapshotCommitter sink;
    private CompactionCommitter committer;
    private DataFile first;
    private DataFile second;
    private DataFile output;

    @BeforeEach
    void createTableOfTwoFiles() throws Exception {
        fixture = new TableFixture(localDisk);
        sink = new SnapshotCommitter(
                fixture.table, fixture.indexes, CommitOptions.of("job").waitingFirst(Duration.ofMillis(1)));
        committer = new CompactionCommitter(
                fixture.table, fixture.indexes, CommitOptions.of("upkeep").waitingFirst(Duration.ofMillis(1)));
        first = fixture.run("w", "a", 1, 3);
        second = fixture.run("w", "b", 2, 4);
        sink.commit(checkpoint(1, fixture.adding("w", first, second)));
        output = fixture.run("upkeep", "merged", 1, 2, 3, 4);
    }

    @AfterEach
    void dropTable() throws Exception {
        fixture.close();
    }

    @Test
    void leavesTheMarkerOfTheSinkAndGivesTheJobsId() {
        assertThat(committer.commit(ofBoth())).isEqualTo(new Outcome(2, 1, 0));

        assertThat(current().operation()).isEqualTo(DataOperations.REPLACE);
        assertThat(Marker.ofSummary(current().summary())).isEmpty();
        assertThat(current().summary()).containsEntry("flink.job-id", "upkeep");
        assertThat(fixture.table.marker()).contains(marker(1));
    }

    @Test
    void rowsThatTheSinkSupersedesMeanwhileAreDeadInTheOutput() throws Exception {
        DataFile newer = fixture.run("w", "c", 3);
        WriterChanges update =
                fixture.changing("w", List.of(newer), Map.of(first.location(), PositionSet.of(1)), List.of());
        fixture.catalog.beforeNextCommit(() -> sink.commit(checkpoint(2, update)));

        assertThat(committer.commit(ofBoth())).isEqualTo(new Outcome(2, 1, 0));

        assertThat(fixture.rows()).isEqualTo(Map.of(1L, "merged", 2L, "merged", 3L, "c", 4L, "merged"));
    }

    @Test
    void aCheckpointThatWasTakenBeforeFindsItsRowsInTheOutputByKey() throws Exception {
        DataFile newer = fixture.run("w", "c", 3);
        WriterChanges update =
                fixture.changing("w", List.of(newer), Map.of(first.location(), PositionSet.of(1)), List.of());
        committer.commit(ofBoth());

        sink.commit(checkpoint(2, update));

        assertThat(fixture.rows()).isEqualTo(Map.of(1L, "merged", 2L, "merged", 3L, "c", 4L, "merged"));
    }

    @Test
    void aCompactionWhoseInputIsGoneIsRefusedAndItsOutputDeleted() {
        ForeignWriter foreign = new ForeignWriter(fixture.catalog.table(), new Random(0));
        foreign.rewrite(foreign.files());
        Snapshot before = current();

        assertThat(committer.commit(ofBoth())).isEqualTo(new Outcome(0, 0, 1));

        assertThat(current()).isEqualTo(before);
        assertThatThrownBy(() -> fixture.table.io().newInputFile(output)).isInstanceOf(NotFoundException.class);
    }

    @Test
    void everyWayToFailEndsInOneReplaceSnapshot() throws Exception {
        DataFile input = first;
        for (Fault fault : List.of(Fault.CONFLICT, Fault.LANDED_BUT_REFUSED, Fault.LANDED_BUT_UNANSWERED, Fault.LOST)) {
            int before = fixture.snapshots();
            DataFile next = fixture.run("upkeep", "merged", 1, 3);
            fixture.catalog.injectOnce(fault);

            assertThat(committer.commit(of(Map.of(input.location(), PositionSet.EMPTY), next)))
                    .as("after %s", fault)
                    .isEqualTo(new Outcome(1, 1, 0));
            assertThat(fixture.snapshots()).isEqualTo(before + 1);
            assertThat(fixture.rows()).isEqualTo(Map.of(1L, "merged", 2L, "b", 3L, "merged", 4L, "b"));
            input = next;
        }
    }

    /** Its output may be in an older snapshot, whatever the table has become. */
    @Test
    void nothingIsDeletedOfACommitWhoseAnswerWasLost() {
        fixture.catalog.injectOnce(Fault.LOST);
        fixture.catalog.beforeNextCommit(() -> {});
        fixture.catalog.beforeNextCommit(() -> {
            ForeignWriter foreign = new ForeignWriter(fixture.catalog.table(), new Random(0));
            foreign.rewrite(foreign.files());
        });

        assertThat(committer.commit(ofBoth())).isEqualTo(new Outcome(0, 0, 1));

        assertThat(fixture.table.io().newInputFile(output).exists()).isTrue();
    }

    @Test
    void aCommitThatMeetsAnotherOneTooOftenIsGivenUp() {
        for (int i = 0; i <= CommitOptions.of("upkeep").retries(); i++) {
            fixture.catalog.injectOnce(Fault.CONFLICT);
        }

        assertThat(committer.commit(ofBoth())).isEqualTo(new Outcome(0, 0, 1));

        assertThat(fixture.rows()).isEqualTo(Map.of(1L, "a", 2L, "b", 3L, "a", 4L, "b"));
    }

    private WriterChanges ofBoth() {
        return of(Map.of(first.location(), PositionSet.EMPTY, second.location(), PositionSet.EMPTY), output);
    }

    private WriterChanges of(Map<String, PositionSet> inputs, DataFile merged) {
        return new WriterChanges(
                "upkeep",
                1,
                List.of(),
                Map.of(),
                List.of(),
                List.of(new CompactionEdit(inputs, List.of(merged), Map.of())));
    }

    private static CheckpointChanges checkpoint(long id, WriterChanges changes) {
        return new CheckpointChanges(marker(id), Optional.empty(), List.of(changes));
    }

    private static Marker marker(long checkpoint) {
        return new Marker("s", checkpoint, "i");
    }

    private Snapshot current() {
        return Objects.requireNonNull(fixture.catalog.table().currentSnapshot());
    }
}
