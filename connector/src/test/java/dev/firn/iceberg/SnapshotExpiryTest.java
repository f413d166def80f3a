package dev.firn.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.firn.dv.DeletionVectors;
import dev.firn.dv.PositionSet;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.NotFoundException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotExpiryTest {

    private static final Retention KEEPING_ONE = new Retention(1, Duration.ZERO);
    private static final Retention KEEPING_ALL = new Retention(Integer.MAX_VALUE, Duration.ZERO);

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
    void snapshotsOlderThanTheTablesPropertySaysGo() throws Exception {
        List<DataFile> files = replacing(4);
        set("history.expire.max-snapshot-age-ms", "60000");

        assertThat(run(KEEPING_ALL, in(Duration.ofSeconds(30)))).isEqualTo(SnapshotExpiry.Outcome.NOTHING);
        assertThat(run(KEEPING_ALL, in(Duration.ofMinutes(2))).snapshots()).isEqualTo(5);
        assertThat(fixture.snapshots())
                .as("the sink's newest commit, and what came after it")
                .isEqualTo(2);
        assertThat(existing(files)).containsExactly(files.get(2), files.get(3));
        assertThat(fixture.rows()).isEqualTo(Map.of(1L, "v3"));
    }

    @Test
    void theTablesLeastNumberOfSnapshotsStays() throws Exception {
        replacing(4);
        set("history.expire.max-snapshot-age-ms", "1");
        set("history.expire.min-snapshots-to-keep", "3");
        run(KEEPING_ONE, in(Duration.ofDays(1)));

        assertThat(fixture.snapshots()).isEqualTo(3);
    }

    @Test
    void ofTooManySnapshotsTheOldestGoButNoneThatIsYoung() throws Exception {
        replacing(5);

        assertThat(run(new Retention(2, Duration.ofHours(1)), in(Duration.ofMinutes(59))))
                .isEqualTo(SnapshotExpiry.Outcome.NOTHING);
        run(new Retention(2, Duration.ofHours(1)), in(Duration.ofMinutes(61)));
        // Snapshots of one millisecond stay together.
        assertThat(fixture.snapshots()).isBetween(2, 4);
        assertThat(fixture.rows()).isEqualTo(Map.of(1L, "v4"));
    }

    @Test
    void aTaggedSnapshotStaysWithItsFiles() throws Exception {
        List<DataFile> files = replacing(2);
        fixture.catalog
                .table()
                .manageSnapshots()
                .createTag("read-up-to-here", current().snapshotId())
                .commit();
        files = new ArrayList<>(files);
        for (int checkpoint = 3; checkpoint <= 5; checkpoint++) {
            files.add(replace(checkpoint, files.get(checkpoint - 2)));
        }
        run(KEEPING_ONE, in(Duration.ofDays(1)));

        assertThat(existing(files)).containsExactly(files.get(1), files.get(3), files.get(4));
        Table table = fixture.catalog.table();
        Snapshot tagged = Objects.requireNonNull(table.snapshot("read-up-to-here"));
        assertThat(fixture.rows(tagged)).isEqualTo(Map.of(1L, "v1"));
    }

    @Test
    void theSinksNewestCommitStaysHoweverOldItIs() throws Exception {
        replacing(3);
        String newest = current().summary().get("firn.checkpoint-id");
        Table table = fixture.catalog.table();
        for (long id = 10; id < 13; id++) {
            table.newAppend()
                    .appendFile(fixture.run("foreign", "f", id))
                    .set("foreign", "yes")
                    .commit();
        }
        run(KEEPING_ONE, in(Duration.ofDays(100)));

        assertThat(fixture.catalog.table().snapshots())
                .extracting(snapshot -> snapshot.summary().get("firn.checkpoint-id"))
                .contains(newest)
                .doesNotContain("1");
    }

    @Test
    void aVectorStaysWhoseFileItSharesWithOneThatWasReplaced() throws Exception {
        DataFile one = fixture.run("w", "one", 1, 2);
        DataFile two = fixture.run("w", "two", 11, 12);
        commit(1, fixture.adding("w", one, two));
        Table table = fixture.catalog.table();
        List<DeleteFile> shared = vectors(table, "shared", entry(one, 0), entry(two, 0));
        RowDelta delta = table.newRowDelta();
        shared.forEach(delta::addDeletes);
        delta.commit();
        commit(2, fixture.changing("w", List.of(), Map.of(one.location(), PositionSet.of(1)), List.of()));
        run(KEEPING_ONE, in(Duration.ofDays(1)));

        assertThat(fixture.snapshots()).isOne();
        assertThat(fixture.rows()).isEqualTo(Map.of(12L, "two"));

        commit(3, fixture.changing("w", List.of(), Map.of(two.location(), PositionSet.of(1)), List.of()));
        run(KEEPING_ONE, in(Duration.ofDays(1)));
        assertThat(exists(shared.get(0).location()))
                .as("once none of its vectors is needed")
                .isFalse();
    }

    @Test
    void aTableWhoseFilesMayBeAnothersKeepsEverything() throws Exception {
        List<DataFile> files = replacing(3);
        set("gc.enabled", "false");

        assertThat(run(KEEPING_ONE, in(Duration.ofDays(100)))).isEqualTo(SnapshotExpiry.Outcome.NOTHING);
        assertThat(existing(files)).hasSize(3);
    }

    @Test
    void anEmptyTableHasNothingToExpire() throws Exception {
        assertThat(run(KEEPING_ONE, in(Duration.ofDays(100)))).isEqualTo(SnapshotExpiry.Outcome.NOTHING);
    }

    @Test
    void aCommitBesideAnExpiryIsTriedAgain() throws Exception {
        replacing(3);
        fixture.table.refresh();
        run(KEEPING_ONE, in(Duration.ofDays(1)));
        commit(4, fixture.adding("w", fixture.run("w", "later", 7)));

        assertThat(fixture.rows()).isEqualTo(Map.of(1L, "v2", 7L, "later"));
    }

    @Test
    void noSnapshotOrANegativeAgeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Retention(0, Duration.ZERO))
                .withMessageContaining("at least one snapshot");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Retention(1, Duration.ofMillis(-1)))
                .withMessageContaining("cannot be negative");
    }

    private SnapshotExpiry.Outcome run(Retention retention, InstantSource clock) throws Exception {
        try (SnapshotExpiry expiry = new SnapshotExpiry(FirnTable.open(fixture.catalog.loader()), retention, clock)) {
            return expiry.run();
        }
    }

    /** So long after the newest snapshot. */
    private InstantSource in(Duration after) {
        Snapshot newest = fixture.catalog.table().currentSnapshot();
        return InstantSource.fixed(Instant.ofEpochMilli(newest == null ? 0 : newest.timestampMillis())
                .plus(after));
    }

    /** As many checkpoints, each of which has the same row in a new file, and drops the file before. */
    private List<DataFile> replacing(int checkpoints) throws Exception {
        List<DataFile> files = new ArrayList<>();
        for (int checkpoint = 1; checkpoint <= checkpoints; checkpoint++) {
            files.add(replace(checkpoint, files.isEmpty() ? null : files.get(files.size() - 1)));
        }
        return files;
    }

    private DataFile replace(int checkpoint, @Nullable DataFile old) throws Exception {
        DataFile file = fixture.run("w", "v" + (checkpoint - 1), 1);
        commit(checkpoint, fixture.adding("w", file));
        if (old != null) {
            fixture.catalog.table().newDelete().deleteFile(old.location()).commit();
        }
        return file;
    }

    private void commit(long checkpoint, WriterChanges changes) {
        new SnapshotCommitter(
                        fixture.table, fixture.indexes, CommitOptions.of("job").waitingFirst(Duration.ofMillis(1)))
                .commit(new CheckpointChanges(new Marker("s", checkpoint, "i"), Optional.empty(), List.of(changes)));
    }

    private void set(String property, String value) {
        fixture.catalog.table().updateProperties().set(property, value).commit();
    }

    private Snapshot current() {
        return Objects.requireNonNull(fixture.catalog.table().currentSnapshot());
    }

    private List<DataFile> existing(List<DataFile> files) {
        return files.stream().filter(file -> exists(file.location())).toList();
    }

    private boolean exists(String location) {
        try {
            return fixture.table.io().newInputFile(location).exists();
        } catch (NotFoundException e) {
            return false;
        }
    }

    private DeletionVectors.Entry entry(DataFile file, long position) {
        return new DeletionVectors.Entry(
                file.location(), fixture.table.spec(), file.partition(), PositionSet.of(position));
    }

    private List<DeleteFile> vectors(Table table, String name, DeletionVectors.Entry... entries) throws Exception {
        return DeletionVectors.write(
                table.io().newOutputFile(table.locationProvider().newDataLocation(name + ".puffin")), List.of(entries));
    }
}
