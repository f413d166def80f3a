package dev.firn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.e2e.Cluster.RunningJob;
import dev.firn.iceberg.StaleSinkException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.util.SnapshotUtil;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Jobs that are stopped, and started again as new ones. */
@Timeout(120)
final class ResumeTest {

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster();

    private static final Changelog CHANGELOG = new Changelog(3, 6_000, 200);
    private static final List<Change> CHANGES = CHANGELOG.changes();

    @TempDir
    private Path disk;

    @ParameterizedTest
    @EnumSource
    void goesOnFromSavepointsAndCheckpointsWithAnyParallelismAndNoLocalDisk(Warehouse.Kind kind) throws Exception {
        try (Warehouse warehouse = kind.create(disk)) {
            FirnJob first =
                    new FirnJob(warehouse, CHANGELOG, disk).parallelism(2).waitingAt(2_000);
            RunningJob run = CLUSTER.start(first);
            first.awaitCommitted(2_000);
            String savepoint = run.stopWithSavepoint();
            first.loseLocalDisk();

            FirnJob second = new FirnJob(warehouse, CHANGELOG, disk)
                    .parallelism(3)
                    .from(savepoint)
                    .waitingAt(5_500);
            long before = snapshots(warehouse);
            run = CLUSTER.start(second);
            second.awaitCommit(() -> snapshots(warehouse) >= before + 3);
            String checkpoint = run.cancel();
            second.loseLocalDisk();

            FirnJob third =
                    new FirnJob(warehouse, CHANGELOG, disk).parallelism(1).from(checkpoint);
            CLUSTER.run(third);
            SnapshotOracle oracle = new SnapshotOracle(CHANGES);
            assertThat(oracle.check(warehouse.table())).contains(oracle.settled(2_000));
        }
    }

    private static long snapshots(Warehouse warehouse) {
        long count = 0;
        for (var snapshot : SnapshotUtil.currentAncestors(warehouse.table())) {
            count += snapshot.snapshotId() == 0 ? 0 : 1;
        }
        return count;
    }

    @ParameterizedTest
    @EnumSource
    void refusesASavepointBehindTheTableUnlessThatIsAccepted(Warehouse.Kind kind) throws Exception {
        try (Warehouse warehouse = kind.create(disk)) {
            FirnJob first = new FirnJob(warehouse, CHANGELOG, disk).waitingAt(2_000);
            RunningJob run = CLUSTER.start(first);
            first.awaitCommitted(2_000);
            String old = run.savepoint();
            String newer = run.stopWithSavepoint();

            FirnJob second = new FirnJob(warehouse, CHANGELOG, disk).from(newer).waitingAt(4_000);
            run = CLUSTER.start(second);
            second.awaitCommitted(4_000);
            run.cancel();
            long before = warehouse.table().currentSnapshot().snapshotId();

            Throwable failure = CLUSTER.start(new FirnJob(warehouse, CHANGELOG, disk).from(old))
                    .awaitFailure();
            assertThat(failure)
                    .rootCause()
                    .isInstanceOf(StaleSinkException.class)
                    .hasMessageContaining("restored from an older checkpoint or savepoint")
                    .hasMessageContaining("'sink.accept-older-state' = 'true'");
            assertThat(warehouse.table().currentSnapshot().snapshotId()).isEqualTo(before);

            CLUSTER.run(new FirnJob(warehouse, CHANGELOG, disk)
                    .from(old)
                    .parallelism(3)
                    .acceptingOlderState());
            List<Change> applied = new ArrayList<>(CHANGES.subList(0, 4_000));
            applied.addAll(CHANGES.subList(2_000, CHANGES.size()));
            new SnapshotOracle(applied).check(warehouse.table());
            assertThat(SnapshotOracle.rows(warehouse.table(), warehouse.table().currentSnapshot()))
                    .isEqualTo(new SnapshotOracle(CHANGES).rowsAfter(CHANGES.size()));
        }
    }
}
