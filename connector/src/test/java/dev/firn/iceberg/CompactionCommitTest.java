package dev.firn.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.dv.PositionSet;
import dev.firn.iceberg.FaultyCatalog.Fault;
import dev.firn.key.Key;
import dev.firn.lsm.CompactionEdit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.util.SnapshotUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompactionCommitTest {

    private static final CommitOptions OPTIONS = CommitOptions.of("job").waitingFirst(Duration.ofMillis(1));

    @TempDir
    Path localDisk;

    private TableFixture fixture;
    private SnapshotCommitter committer;
    private DataFile first;
    private DataFile second;
    private long checkpoints;

    @BeforeEach
    void createTableOfTwoFiles() throws Exception {
        fixture = new TableFixture(localDisk);
        committer = new SnapshotCommitter(fixture.table, fixture.indexes, OPTIONS);
        first = fixture.run("w", "a", 1, 3);
        second = fixture.run("w", "b", 2, 4);
        commit(fixture.adding("w", first, second));
    }

    @AfterEach
    void dropTable() throws Exception {
        fixture.close();
    }

    @Test
    void compactionsFollowTheRowsInASnapshotOfTheirOwn() throws Exception {
        DataFile output = merged(1, 2, 3, 4);
        DataFile newer = fixture.run("w", "c", 3);
        commit(changing(
                List.of(newer),
                Map.of(first.location(), PositionSet.of(1)),
                new CompactionEdit(
                        Map.of(first.location(), PositionSet.of(1), second.location(), PositionSet.EMPTY),
                        List.of(output),
                        Map.of(output.location(), PositionSet.of(2)))));

        assertThat(operations())
                .containsExactly(DataOperations.APPEND, DataOperations.OVERWRITE, DataOperations.REPLACE);
        assertThat(liveFiles()).containsExactlyInAnyOrder(output.location(), newer.location());
        assertThat(rowsOfEverySnapshot())
                .containsExactly(
                        Map.of(1L, "a", 2L, "b", 3L, "a", 4L, "b"),
                        Map.of(1L, "a", 2L, "b", 3L, "c", 4L, "b"),
                        Map.of(1L, "merged", 2L, "merged", 3L, "c", 4L, "merged"));
        assertThat(Marker.ofSummary(current().summary())).contains(marker());
    }

    @Test
    void aCheckpointOfCompactionsAloneIsOneReplaceSnapshot() throws Exception {
        DataFile output = merged(1, 2, 3, 4);
        commit(changing(List.of(), Map.of(), ofBoth(output)));

        assertThat(operations()).containsExactly(DataOperations.APPEND, DataOperations.REPLACE);
        assertThat(liveFiles()).containsExactly(output.location());
    }

    @Test
    void aFileWithoutLiveRowsGoesWithItsVector() throws Exception {
        commit(changing(
                List.of(),
                Map.of(first.location(), PositionSet.of(0, 1)),
                new CompactionEdit(Map.of(first.location(), PositionSet.of(0, 1)), List.of(), Map.of())));

        assertThat(operations()).containsExactly(DataOperations.APPEND, DataOperations.DELETE, DataOperations.REPLACE);
        assertThat(liveFiles()).containsExactly(second.location());
        assertThat(fixture.rows()).isEqualTo(Map.of(2L, "b", 4L, "b"));
    }

    @Test
    void whatSomebodyDeletedInAnInputIsDeadInTheOutput() throws Exception {
        DataFile output = merged(1, 2, 3, 4);
        WriterChanges changes = changing(List.of(), Map.of(), ofBoth(output));
        foreignDelete(3);
        commit(changes);

        assertThat(fixture.rows()).isEqualTo(Map.of(1L, "merged", 2L, "merged", 4L, "merged"));
        assertThat(liveFiles()).containsExactly(output.location());
    }

    @Test
    void aCompactionIsRefusedWhenARowThatDiedIsNotInItsOutput() throws Exception {
        DataFile output = merged(1, 2, 4);
        WriterChanges changes = changing(List.of(), Map.of(), ofBoth(output));
        foreignDelete(3);
        commit(changes);

        assertThat(fixture.rows()).isEqualTo(Map.of(1L, "a", 2L, "b", 4L, "b"));
        assertThatThrownBy(() -> fixture.table.io().newInputFile(output)).isInstanceOf(NotFoundException.class);
    }

    @Test
    void aCompactionIsRefusedWhenSomebodyRemovedAnInput() throws Exception {
        DataFile output = merged(1, 2, 3, 4);
        WriterChanges changes = changing(List.of(), Map.of(), ofBoth(output));
        fixture.catalog.table().newDelete().deleteFile(first).commit();
        commit(changes);

        assertThat(fixture.rows()).isEqualTo(Map.of(2L, "b", 4L, "b"));
    }

    @Test
    void whatCountsOnTheOutputOfARefusedCompactionIsFoundByKey() throws Exception {
        DataFile output = merged(1, 2, 3, 4);
        WriterChanges refused = changing(List.of(), Map.of(), ofBoth(output));
        WriterChanges next = fixture.changing(
                "w",
                List.of(fixture.run("w", "d", 4)),
                Map.of(output.location(), PositionSet.of(0, 3)),
                List.of(fixture.key(1)));
        ForeignWriter foreign = new ForeignWriter(fixture.catalog.table(), new Random(0));
        foreign.rewrite(foreign.files());
        commit(refused);
        commit(next);

        assertThat(fixture.rows()).isEqualTo(Map.of(2L, "b", 3L, "a", 4L, "d"));
    }

    @Test
    void everyWayToFailEndsInOneReplaceSnapshot() throws Exception {
        DataFile input = first;
        for (Fault fault : List.of(Fault.CONFLICT, Fault.LANDED_BUT_REFUSED, Fault.LANDED_BUT_UNANSWERED, Fault.LOST)) {
            int before = fixture.snapshots();
            DataFile output = merged(1, 3);
            fixture.catalog.injectOnce(fault);
            commit(changing(
                    List.of(),
                    Map.of(),
                    new CompactionEdit(Map.of(input.location(), PositionSet.EMPTY), List.of(output), Map.of())));

            assertThat(fixture.snapshots()).as("after %s", fault).isEqualTo(before + 1);
            assertThat(liveFiles()).containsExactlyInAnyOrder(output.location(), second.location());
            input = output;
        }
    }

    @Test
    void aRestoredCompactionIsNotCarriedOutTwice() throws Exception {
        CheckpointChanges changes = new CheckpointChanges(
                marker(2), Optional.empty(), List.of(changing(List.of(), Map.of(), ofBoth(merged(1, 2, 3, 4)))));
        committer.commit(changes);
        List<String> before = liveFiles();
        committer.recommit(changes, 2);

        assertThat(liveFiles()).isEqualTo(before);
        assertThat(fixture.snapshots()).isEqualTo(2);
    }

    @Test
    void aRestoredCompactionWhoseOutputsAreGoneIsLeftOut() throws Exception {
        DataFile output = merged(1, 2, 3, 4);
        DataFile newer = fixture.run("w", "c", 5);
        WriterChanges changes = changing(List.of(newer), Map.of(), ofBoth(output));
        fixture.table.io().deleteFile(output.location());
        committer.recommit(new CheckpointChanges(marker(2), Optional.empty(), List.of(changes)), 2);

        assertThat(fixture.rows()).isEqualTo(Map.of(1L, "a", 2L, "b", 3L, "a", 4L, "b", 5L, "c"));
    }

    private void foreignDelete(long id) {
        new ForeignWriter(fixture.catalog.table(), new Random(0))
                .delete(row -> row.getField("id").equals(id));
    }

    private CompactionEdit ofBoth(DataFile output) {
        return new CompactionEdit(
                Map.of(first.location(), PositionSet.EMPTY, second.location(), PositionSet.EMPTY),
                List.of(output),
                Map.of());
    }

    private DataFile merged(long... ids) throws Exception {
        return fixture.run("w", "merged", ids);
    }

    private WriterChanges changing(List<DataFile> added, Map<String, PositionSet> dead, CompactionEdit compaction) {
        WriterChanges rows = fixture.changing("w", added, dead, List.<Key>of());
        return new WriterChanges(
                rows.writerId(), rows.baseSequenceNumber(), added, dead, List.of(), List.of(compaction));
    }

    private void commit(WriterChanges changes) {
        checkpoints++;
        committer.commit(new CheckpointChanges(marker(), Optional.empty(), List.of(changes)));
    }

    private Marker marker() {
        return marker(checkpoints);
    }

    private static Marker marker(long checkpoint) {
        return new Marker("s", checkpoint, "i");
    }

    private Snapshot current() {
        return fixture.catalog.table().currentSnapshot();
    }

    private List<String> operations() {
        return oldestFirst().stream().map(Snapshot::operation).toList();
    }

    private List<Snapshot> oldestFirst() {
        List<Snapshot> snapshots = new ArrayList<>();
        SnapshotUtil.currentAncestors(fixture.catalog.table()).forEach(snapshots::add);
        Collections.reverse(snapshots);
        return snapshots;
    }

    private List<Map<Long, String>> rowsOfEverySnapshot() {
        return oldestFirst().stream().map(fixture::rows).toList();
    }

    private List<String> liveFiles() {
        fixture.table.refresh();
        return fixture.table.liveFiles().files().stream()
                .map(LiveFile::location)
                .sorted()
                .toList();
    }
}
