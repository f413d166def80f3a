package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.dv.PositionSet;
import dev.firn.iceberg.CheckpointChanges;
import dev.firn.iceberg.CommitOptions;
import dev.firn.iceberg.FaultyCatalog.Fault;
import dev.firn.iceberg.Marker;
import dev.firn.iceberg.SnapshotCommitter;
import dev.firn.iceberg.TableFixture;
import dev.firn.iceberg.WriterChanges;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.flink.api.connector.sink2.Committer.CommitRequest;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirnCommitterTest {

    @TempDir
    Path localDisk;

    @Test
    void severalPendingCheckpointsAreCommittedInTheirOrderHoweverTheyArrive() throws Exception {
        try (TableFixture fixture = new TableFixture(localDisk)) {
            committer(fixture, OptionalLong.empty()).commit(threeBackwards(fixture));

            assertThat(fixture.snapshots()).isEqualTo(3);
            assertThat(fixture.rows()).isEqualTo(Map.of(1L, "third"));
        }
    }

    @Test
    void restoredCheckpointsAreCommittedAgainWithoutEffect() throws Exception {
        try (TableFixture fixture = new TableFixture(localDisk)) {
            List<CommitRequest<CheckpointChanges>> requests = threeBackwards(fixture);
            committer(fixture, OptionalLong.empty()).commit(requests);
            committer(fixture, OptionalLong.of(3)).commit(requests);

            assertThat(fixture.snapshots()).isEqualTo(3);
            assertThat(fixture.rows()).isEqualTo(Map.of(1L, "third"));
        }
    }

    @Test
    void commitsAreCountedWithTheirAttemptsAndVectors() throws Exception {
        try (TableFixture fixture = new TableFixture(localDisk)) {
            RecordedMetrics metrics = new RecordedMetrics();
            FirnCommitter committer = committer(fixture, OptionalLong.empty()).reportingTo(metrics);
            List<CommitRequest<CheckpointChanges>> requests = threeBackwards(fixture);
            fixture.catalog.injectOnce(Fault.CONFLICT);
            committer.commit(requests);

            assertThat(metrics.value("firn.commits")).isEqualTo(3);
            assertThat(metrics.value("firn.commitAttempts")).isEqualTo(4);
            assertThat(metrics.value("firn.commitRetries")).isOne();
            assertThat(metrics.value("firn.deletionVectors")).isEqualTo(2);
            assertThat(metrics.value("firn.deletionVectorBytes")).isPositive();
            assertThat(metrics.value("firn.compactionsCommitted")).isZero();
            assertThat(metrics.value("firn.compactionFilesRefused")).isZero();
            assertThat(metrics.histogram("firn.commitMillis").getCount()).isEqualTo(3);
        }
    }

    @Test
    void theTableIsShownAsTheLastCommitFoundIt() throws Exception {
        try (TableFixture fixture = new TableFixture(localDisk)) {
            RecordedMetrics metrics = new RecordedMetrics();
            FirnCommitter committer = committer(fixture, OptionalLong.empty()).reportingTo(metrics);
            assertThat(metrics.value("firn.tableSnapshots")).isZero();
            committer.commit(threeBackwards(fixture));
            committer.commit(List.of(new OneRequest(empty(4, OptionalLong.empty()))));

            Snapshot current = Objects.requireNonNull(fixture.catalog.table().currentSnapshot());
            assertThat(metrics.value("firn.tableSnapshots")).isEqualTo(3);
            assertThat(metrics.value("firn.tableManifests"))
                    .isEqualTo(
                            current.allManifests(fixture.catalog.table().io()).size())
                    .isPositive();
            assertThat(metrics.value("firn.tableFiles")).isEqualTo(3);
            assertThat(metrics.value("firn.tableFileBytes")).isPositive();
            assertThat(metrics.value("firn.tableRows")).isEqualTo(3);
            assertThat(metrics.value("firn.tableDeadRows")).isEqualTo(2);
        }
    }

    @Test
    void theTableIsAsOldAsTheBarrierOfTheNewestCheckpointThatItHolds() throws Exception {
        try (TableFixture fixture = new TableFixture(localDisk)) {
            AtomicReference<Instant> now = new AtomicReference<>(Instant.ofEpochMilli(1_000));
            RecordedMetrics metrics = new RecordedMetrics();
            FirnCommitter committer =
                    committer(fixture, OptionalLong.empty()).timedBy(now::get).reportingTo(metrics);
            now.set(Instant.ofEpochMilli(4_000));
            assertThat(metrics.value("firn.snapshotLagMillis"))
                    .as("before the first checkpoint, since the start")
                    .isEqualTo(3_000);

            WriterChanges rows = fixture.adding("w", fixture.run("w", "a", 1));
            committer.commit(List.of(new OneRequest(new CheckpointChanges(
                    new Marker("s", 1, "i"), Optional.empty(), List.of(rows), OptionalLong.of(3_400)))));
            assertThat(metrics.histogram("firn.commitLagMillis").getStatistics().getMax())
                    .isEqualTo(600);
            assertThat(metrics.value("firn.snapshotLagMillis")).isEqualTo(600);
            now.set(Instant.ofEpochMilli(9_000));
            assertThat(metrics.value("firn.snapshotLagMillis")).isEqualTo(5_600);

            committer.commit(List.of(new OneRequest(empty(2, OptionalLong.of(8_800)))));
            assertThat(metrics.value("firn.snapshotLagMillis"))
                    .as("the table holds a checkpoint that brought nothing as well")
                    .isEqualTo(200);
            assertThat(metrics.histogram("firn.commitLagMillis").getCount()).isOne();
            committer.commit(List.of(new OneRequest(empty(3, OptionalLong.empty()))));
            assertThat(metrics.value("firn.snapshotLagMillis"))
                    .as("an older version noted no time")
                    .isZero();
        }
    }

    private static CheckpointChanges empty(long id, OptionalLong barrierMillis) {
        return new CheckpointChanges(new Marker("s", id, "i"), Optional.empty(), List.of(), barrierMillis);
    }

    @Test
    void whatIsCommittedAlreadyIsNoCommit() throws Exception {
        try (TableFixture fixture = new TableFixture(localDisk)) {
            List<CommitRequest<CheckpointChanges>> requests = threeBackwards(fixture);
            committer(fixture, OptionalLong.empty()).commit(requests);
            RecordedMetrics metrics = new RecordedMetrics();
            committer(fixture, OptionalLong.of(3)).reportingTo(metrics).commit(requests);

            assertThat(metrics.value("firn.commits")).isZero();
            assertThat(metrics.histogram("firn.commitMillis").getCount()).isZero();
        }
    }

    @Test
    void choresAreDoneBesideTheCommitsAndEndWithThem() throws Exception {
        try (TableFixture fixture = new TableFixture(localDisk)) {
            QueuedExecutor thread = new QueuedExecutor();
            AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
            AtomicBoolean closed = new AtomicBoolean();
            List<String> done = new ArrayList<>();
            Housekeeping housekeeping = new Housekeeping(
                    List.of(new Housekeeping.Chore(
                            "Dusting", Duration.ofDays(1), () -> done.add("dusting"), () -> closed.set(true))),
                    thread,
                    now::get);
            FirnCommitter committer = committer(fixture, OptionalLong.empty()).keepingHouse(housekeeping);
            now.set(Instant.EPOCH.plus(Duration.ofDays(1)));
            committer.commit(threeBackwards(fixture));
            assertThat(done).as("the commit waits for no chore").isEmpty();
            thread.runAll();
            assertThat(done).containsExactly("dusting");

            committer.close();
            assertThat(closed).isTrue();
        }
    }

    private static FirnCommitter committer(TableFixture fixture, OptionalLong restoredCheckpoint) {
        return new FirnCommitter(
                fixture.table,
                fixture.indexes,
                new SnapshotCommitter(fixture.table, fixture.indexes, CommitOptions.of("job")),
                restoredCheckpoint);
    }

    /** Each supersedes the one before, and none knew of any commit. */
    private static List<CommitRequest<CheckpointChanges>> threeBackwards(TableFixture fixture) throws Exception {
        DataFile first = fixture.run("w", "first", 1);
        DataFile second = fixture.run("w", "second", 1);
        DataFile third = fixture.run("w", "third", 1);
        return Stream.of(
                        changes(3, third, Map.of(second.location(), PositionSet.of(0))),
                        changes(2, second, Map.of(first.location(), PositionSet.of(0))),
                        changes(1, first, Map.of()))
                .<CommitRequest<CheckpointChanges>>map(OneRequest::new)
                .toList();
    }

    private static CheckpointChanges changes(long id, DataFile file, Map<String, PositionSet> dead) {
        return new CheckpointChanges(
                new Marker("s", id, "i"),
                Optional.empty(),
                List.of(new WriterChanges("w", 0, List.of(file), dead, List.of(), List.of())));
    }
}
