package dev.firn.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.dv.PositionSet;
import dev.firn.iceberg.FaultyCatalog.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotCommitterTest {

    private static final CommitOptions OPTIONS = CommitOptions.of("job").waitingFirst(Duration.ofMillis(1));
    private static final CommitOptions ONE_TRY = new CommitOptions("job", false, 0, Duration.ofMillis(1));

    @TempDir
    Path localDisk;

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
    void aCheckpointIsOneSnapshotWithItsMarkerInSummaryAndProperty() throws Exception {
        committer(OPTIONS).commit(changes(1, fixture.adding("w", fixture.run("w", "a", 1, 2))));

        Snapshot snapshot = current();
        assertThat(fixture.snapshots()).isOne();
        assertThat(snapshot.summary()).containsAllEntriesOf(marker("s", 1, "i").toSummary());
        assertThat(snapshot.summary()).containsEntry(SnapshotCommitter.JOB_ID, "job");
        assertThat(property()).isEqualTo("1:s:1:i");
        assertThat(fixture.rows()).isEqualTo(Map.of(1L, "a", 2L, "a"));
    }

    @Test
    void anEmptyCheckpointLeavesTheTableAsItIs() throws Exception {
        committer(OPTIONS).commit(changes(1, fixture.adding("w", fixture.run("w", "a", 1))));
        Object before = metadata();
        committer(OPTIONS).commit(changes(2));

        assertThat(metadata()).isEqualTo(before);
    }

    @Test
    void aCheckpointThatDeletesAbsentKeysLeavesTheTableAsItIs() throws Exception {
        committer(OPTIONS).commit(changes(1, fixture.adding("w", fixture.run("w", "a", 1))));
        Object before = metadata();
        committer(OPTIONS).commit(changes(2, fixture.changing("w", List.of(), Map.of(), List.of(fixture.key(7)))));

        assertThat(metadata()).isEqualTo(before);
    }

    @Test
    void aRestoredEmptyCheckpointLeavesItsMarkerAndNoSnapshot() {
        committer(OPTIONS).recommit(changes(3), 3);

        assertThat(fixture.snapshots()).isZero();
        assertThat(property()).isEqualTo("1:s:3:i");
    }

    @Test
    void theMarkerOfARestoredCheckpointSurvivesALostAnswer() {
        fixture.catalog.injectOnce(Fault.LOST);
        fixture.catalog.injectOnce(Fault.LANDED_BUT_UNANSWERED);
        committer(OPTIONS).recommit(changes(3), 3);

        assertThat(property()).isEqualTo("1:s:3:i");
    }

    @Test
    void pendingCheckpointsThatWerePreparedOnOneSnapshotAreEachRebasedOnTheOneBefore() throws Exception {
        DataFile first = fixture.run("w", "a", 1, 2);
        WriterChanges one = fixture.adding("w", first);
        WriterChanges two = fixture.changing(
                "w", List.of(fixture.run("w", "b", 1)), Map.of(first.location(), PositionSet.of(0)), List.of());
        WriterChanges three =
                fixture.changing("w", List.of(), Map.of(first.location(), PositionSet.of(1)), List.of(fixture.key(2)));
        SnapshotCommitter committer = committer(OPTIONS);

        committer.commit(changes(1, one));
        assertThat(fixture.rows()).isEqualTo(Map.of(1L, "a", 2L, "a"));
        committer.commit(changes(2, two));
        assertThat(fixture.rows()).isEqualTo(Map.of(1L, "b", 2L, "a"));
        committer.commit(changes(3, three));
        assertThat(fixture.rows()).isEqualTo(Map.of(1L, "b"));
        assertThat(fixture.snapshots()).isEqualTo(3);
    }

    @Test
    void aRepeatedCommitChangesNothing() throws Exception {
        CheckpointChanges changes = changes(1, fixture.adding("w", fixture.run("w", "a", 1)));
        committer(OPTIONS).commit(changes);
        Object before = metadata();
        committer(OPTIONS).commit(changes);
        committer(OPTIONS).recommit(changes, 1);

        assertThat(metadata()).isEqualTo(before);
    }

    @Test
    void everyWayToFailEndsInOneSnapshot() throws Exception {
        for (Fault fault : List.of(Fault.CONFLICT, Fault.LANDED_BUT_REFUSED, Fault.LANDED_BUT_UNANSWERED, Fault.LOST)) {
            int before = fixture.snapshots();
            fixture.catalog.injectOnce(fault);
            committer(OPTIONS).commit(changes(before + 1, fixture.adding("w", fixture.run("w", "a", before))));

            assertThat(fixture.snapshots()).as("after %s", fault).isEqualTo(before + 1);
            assertThat(fixture.rows()).hasSize(before + 1);
        }
    }

    @Test
    void olderRestoredStateIsRefusedWithARemedy() throws Exception {
        commitThree();
        CheckpointChanges older = changes(2);

        assertThatThrownBy(() -> committer(OPTIONS).recommit(older, 2))
                .isInstanceOf(StaleSinkException.class)
                .hasMessageContaining("sink.accept-older-state");
        assertThat(fixture.rows()).hasSize(3);
    }

    @Test
    void olderRestoredStateIsAcceptedByOptionAndItsFilesAreNotAddedAgain() throws Exception {
        List<CheckpointChanges> all = commitThree();
        SnapshotCommitter next = committer(OPTIONS.acceptingOlderState());
        next.recommit(all.get(1), 2);

        assertThat(fixture.snapshots()).isEqualTo(3);
        assertThat(property()).isEqualTo("1:s:2:i");
        next.commit(new CheckpointChanges(
                marker("s", 3, "j"), Optional.empty(), List.of(fixture.adding("v", fixture.run("v", "b", 9)))));
        assertThat(fixture.rows()).containsOnlyKeys(1L, 2L, 3L, 9L);
    }

    @Test
    void olderStateWhoseSnapshotExpiredIsNotAppliedTwice() throws Exception {
        List<CheckpointChanges> all = commitThree();
        fixture.catalog
                .table()
                .expireSnapshots()
                .expireOlderThan(Long.MAX_VALUE)
                .retainLast(1)
                .commit();
        fixture.catalog
                .table()
                .updateProperties()
                .set(Marker.PROPERTY, marker("s", 3, "another run").toProperty())
                .commit();
        committer(OPTIONS.acceptingOlderState()).recommit(all.get(1), 2);

        assertThat(fixture.rows()).isEqualTo(Map.of(1L, "a", 2L, "a", 3L, "a"));
        assertThat(property()).isEqualTo("1:s:2:i");
    }

    @Test
    void olderStateThatWasNeverCommittedSupersedesWhatCameLater() throws Exception {
        commitThree();
        WriterChanges never = new WriterChanges(
                "w", 1, List.of(fixture.run("w", "again", 2, 3)), Map.of(), List.of(fixture.key(1)), List.of());
        committer(OPTIONS.acceptingOlderState())
                .recommit(new CheckpointChanges(marker("s", 2, "branch"), Optional.empty(), List.of(never)), 2);

        assertThat(fixture.rows()).isEqualTo(Map.of(2L, "again", 3L, "again"));
    }

    @Test
    void aSinkTakesOverFromThePredecessorItFound() throws Exception {
        commitThree();
        Marker predecessor = marker("s", 3, "i");
        CheckpointChanges first = new CheckpointChanges(
                marker("t", 1, "k"), Optional.of(predecessor), List.of(fixture.adding("v", fixture.run("v", "b", 4))));
        committer(OPTIONS).commit(first);

        assertThat(property()).isEqualTo("1:t:1:k");
        assertThat(fixture.rows()).hasSize(4);
    }

    @Test
    void anotherSinksMarkerIsAnError() throws Exception {
        commitThree();
        CheckpointChanges first = new CheckpointChanges(
                marker("t", 9, "k"), Optional.empty(), List.of(fixture.adding("v", fixture.run("v", "b", 4))));

        assertThatThrownBy(() -> committer(OPTIONS).commit(first))
                .isInstanceOf(StaleSinkException.class)
                .hasMessageContaining("another Firn sink");
        assertThat(fixture.rows()).hasSize(3);
    }

    @Test
    void aLateCommitOfADeadIncarnationIsRefusedInsideTheCommit() throws Exception {
        CheckpointChanges ofTheDead = changes(1, fixture.adding("w", fixture.run("w", "dead", 1)));
        CheckpointChanges ofTheSuccessor = new CheckpointChanges(
                marker("s", 1, "successor"),
                Optional.empty(),
                List.of(fixture.adding("v", fixture.run("v", "alive", 1))));
        fixture.catalog.beforeNextCommit(() -> committer(OPTIONS).commit(ofTheSuccessor));

        assertThatThrownBy(() -> committer(OPTIONS).commit(ofTheDead)).isInstanceOf(StaleSinkException.class);
        assertThat(fixture.rows()).isEqualTo(Map.of(1L, "alive"));
        assertThat(fixture.snapshots()).isOne();
    }

    @Test
    void aCommitThatMeetsItsOwnSuccessorIsRecognised() throws Exception {
        CheckpointChanges changes = changes(1, fixture.adding("w", fixture.run("w", "a", 1)));
        fixture.catalog.beforeNextCommit(() -> committer(OPTIONS).commit(changes));
        committer(OPTIONS).commit(changes);

        assertThat(fixture.snapshots()).isOne();
        assertThat(fixture.rows()).hasSize(1);
    }

    @Test
    void theVectorsOfARefusedAttemptAreDeleted() throws Exception {
        DataFile file = commitFile(1, 2);
        fixture.catalog.io().clear();
        fixture.catalog.injectOnce(Fault.CONFLICT);

        assertThatThrownBy(() -> committer(ONE_TRY).commit(killing(file, 2))).isInstanceOf(ValidationException.class);
        assertThat(vectorsWritten()).isNotEmpty().noneMatch(fixture.catalog.io()::exists);
        assertThat(fixture.catalog.io().exists(file.location())).isTrue();
    }

    @Test
    void theVectorsOfAnAttemptThatMayHaveLandedStay() throws Exception {
        DataFile file = commitFile(1, 2);
        fixture.catalog.io().clear();
        fixture.catalog.injectOnce(Fault.LOST);

        assertThatThrownBy(() -> committer(ONE_TRY).commit(killing(file, 2)))
                .isInstanceOf(CommitStateUnknownException.class);
        assertThat(vectorsWritten()).isNotEmpty().allMatch(fixture.catalog.io()::exists);
        assertThat(fixture.catalog.io().deleted).isEmpty();
    }

    @Test
    void noAttemptDeletesAFileThatASnapshotHolds() throws Exception {
        DataFile file = commitFile(1, 2, 3);
        for (int position = 0; position < 3; position++) {
            fixture.catalog.injectOnce(List.of(Fault.LOST, Fault.LANDED_BUT_REFUSED, Fault.LANDED_BUT_UNANSWERED)
                    .get(position));
            WriterChanges kill =
                    fixture.changing("w", List.of(), Map.of(file.location(), PositionSet.of(position)), List.of());
            committer(OPTIONS).commit(changes(position + 2, kill));
            assertThat(fixture.rows()).hasSize(2 - position);
        }
    }

    @Test
    void expiryOfSnapshotsLeavesTheVectorsBesideAReplacedOne() throws Exception {
        DataFile one = commitFile(1, 2);
        DataFile other = fixture.run("w", "a", 3, 4);
        committer(OPTIONS).commit(changes(2, fixture.adding("w", other)));
        committer(OPTIONS)
                .commit(changes(
                        3,
                        fixture.changing(
                                "w",
                                List.of(fixture.run("w", "b", 1, 3)),
                                Map.of(one.location(), PositionSet.of(0), other.location(), PositionSet.of(0)),
                                List.of())));
        committer(OPTIONS)
                .commit(changes(
                        4,
                        fixture.changing(
                                "w", List.of(), Map.of(one.location(), PositionSet.of(1)), List.of(fixture.key(2)))));
        fixture.catalog
                .table()
                .expireSnapshots()
                .expireOlderThan(Long.MAX_VALUE)
                .retainLast(1)
                .commit();

        assertThat(fixture.rows()).isEqualTo(Map.of(1L, "b", 3L, "b", 4L, "a"));
    }

    @Test
    void afterARollbackEveryFileIsAskedForTheChangedKeys() throws Exception {
        DataFile first = commitFile(1, 2);
        long target = current().snapshotId();
        DataFile second = fixture.run("w", "b", 1);
        SnapshotCommitter committer = committer(OPTIONS);
        committer.commit(changes(
                2, fixture.changing("w", List.of(second), Map.of(first.location(), PositionSet.of(0)), List.of())));
        WriterChanges third = fixture.changing(
                "w", List.of(fixture.run("w", "c", 1)), Map.of(second.location(), PositionSet.of(0)), List.of());
        fixture.catalog.table().manageSnapshots().rollbackTo(target).commit();
        committer.commit(changes(3, third));

        assertThat(fixture.rows()).isEqualTo(Map.of(1L, "c", 2L, "a"));
    }

    private List<CheckpointChanges> commitThree() throws Exception {
        List<CheckpointChanges> all = List.of(
                changes(
                        1,
                        new WriterChanges("w", 0, List.of(fixture.run("w", "a", 1)), Map.of(), List.of(), List.of())),
                changes(
                        2,
                        new WriterChanges("w", 1, List.of(fixture.run("w", "a", 2)), Map.of(), List.of(), List.of())),
                changes(
                        3,
                        new WriterChanges("w", 2, List.of(fixture.run("w", "a", 3)), Map.of(), List.of(), List.of())));
        all.forEach(committer(OPTIONS)::commit);
        return all;
    }

    private DataFile commitFile(long... ids) throws Exception {
        DataFile file = fixture.run("w", "a", ids);
        committer(OPTIONS).commit(changes(1, fixture.adding("w", file)));
        return file;
    }

    private CheckpointChanges killing(DataFile file, long checkpointId) {
        return changes(
                checkpointId, fixture.changing("w", List.of(), Map.of(file.location(), PositionSet.of(0)), List.of()));
    }

    private List<String> vectorsWritten() {
        return List.copyOf(new HashSet<>(fixture.catalog.io().written.stream()
                .filter(path -> path.endsWith(".puffin"))
                .toList()));
    }

    private SnapshotCommitter committer(CommitOptions options) {
        return new SnapshotCommitter(fixture.table, fixture.indexes, options);
    }

    private static Marker marker(String sink, long checkpointId, String incarnation) {
        return new Marker(sink, checkpointId, incarnation);
    }

    private static CheckpointChanges changes(long checkpointId, WriterChanges... writers) {
        return new CheckpointChanges(marker("s", checkpointId, "i"), Optional.empty(), List.of(writers));
    }

    private Snapshot current() {
        return Objects.requireNonNull(fixture.catalog.table().currentSnapshot());
    }

    private String property() {
        return Objects.requireNonNull(fixture.catalog.table().properties().get(Marker.PROPERTY));
    }

    private Object metadata() {
        Table table = fixture.catalog.table();
        return List.of(table.snapshots().toString(), table.properties());
    }
}
