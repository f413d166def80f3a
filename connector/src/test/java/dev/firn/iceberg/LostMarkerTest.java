package dev.firn.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Others expire the snapshot of a sink's newest commit, or remove the property that names it. */
class LostMarkerTest {

    private static final Map<Long, String> ROWS = Map.of(1L, "a", 2L, "b", 3L, "c", 10L, "foreign");

    @TempDir
    Path localDisk;

    private TableFixture fixture;
    private CheckpointChanges second;
    private CheckpointChanges third;

    @BeforeEach
    void commitThreeCheckpointsAndAForeignSnapshot() throws Exception {
        fixture = new TableFixture(localDisk);
        committer().commit(changes(1, fixture.adding("w", fixture.run("w", "a", 1))));
        second = changes(2, fixture.adding("w", fixture.run("w", "b", 2)));
        committer().commit(second);
        third = changes(3, fixture.adding("w", fixture.run("w", "c", 3)));
        committer().commit(third);
        fixture.catalog
                .table()
                .newAppend()
                .appendFile(fixture.run("foreign", "foreign", 10))
                .commit();
    }

    @AfterEach
    void dropTable() throws Exception {
        fixture.close();
    }

    @Test
    void withoutItsSnapshotTheMarkerStillTellsWhatIsIn() throws Exception {
        expireAllButTheForeignSnapshot();

        assertThatTheThirdIsInAndTheSecondIsStale();
    }

    @Test
    void withoutThePropertyTheSnapshotsTell() throws Exception {
        removeProperty();

        assertThatTheThirdIsInAndTheSecondIsStale();
    }

    @Test
    void aRunningSinkPutsThePropertyBackWithItsNextCommit() throws Exception {
        SnapshotCommitter running = committer();
        running.commit(changes(4, fixture.adding("w", fixture.run("w", "d", 4))));
        removeProperty();
        running.commit(changes(5, fixture.adding("w", fixture.run("w", "e", 5))));

        assertThat(property()).isEqualTo("1:s:5:i");
        assertThat(fixture.rows()).hasSize(6);
    }

    @Test
    void withoutEitherNothingIsAppliedTwiceButAnOlderCheckpointIsNoLongerRecognised() throws Exception {
        expireAllButTheForeignSnapshot();
        removeProperty();
        committer().recommit(third, 3);
        assertThat(property()).isEqualTo("1:s:3:i");
        assertThat(fixture.rows()).isEqualTo(ROWS);

        removeProperty();
        committer().recommit(second, 2);
        assertThat(property()).isEqualTo("1:s:2:i");
        assertThat(fixture.rows()).isEqualTo(ROWS);
    }

    private void assertThatTheThirdIsInAndTheSecondIsStale() throws Exception {
        Object before = snapshots();
        assertThatThrownBy(() -> committer().recommit(second, 2))
                .as("an old savepoint")
                .isInstanceOf(StaleSinkException.class);
        SnapshotCommitter restored = committer();
        restored.recommit(third, 3);
        assertThat(snapshots()).isEqualTo(before);
        assertThat(fixture.rows()).isEqualTo(ROWS);

        restored.commit(new CheckpointChanges(
                new Marker("s", 4, "restored"),
                Optional.empty(),
                List.of(fixture.adding("v", fixture.run("v", "d", 4)))));
        assertThat(property()).isEqualTo("1:s:4:restored");
        assertThat(fixture.rows()).hasSize(5).containsEntry(4L, "d");
    }

    private void expireAllButTheForeignSnapshot() {
        fixture.catalog
                .table()
                .expireSnapshots()
                .expireOlderThan(Long.MAX_VALUE)
                .retainLast(1)
                .commit();
        assertThat(fixture.snapshots()).isOne();
    }

    private void removeProperty() {
        fixture.catalog.table().updateProperties().remove(Marker.PROPERTY).commit();
    }

    private String property() {
        return String.valueOf(fixture.catalog.table().properties().get(Marker.PROPERTY));
    }

    private Object snapshots() {
        Table table = fixture.catalog.table();
        return table.snapshots().toString();
    }

    private SnapshotCommitter committer() {
        return new SnapshotCommitter(
                fixture.table, fixture.indexes, CommitOptions.of("job").waitingFirst(Duration.ofMillis(1)));
    }

    private static CheckpointChanges changes(long checkpointId, WriterChanges writer) {
        return new CheckpointChanges(new Marker("s", checkpointId, "i"), Optional.empty(), List.of(writer));
    }
}
