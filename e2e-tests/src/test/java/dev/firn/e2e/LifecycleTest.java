package dev.firn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.e2e.Cluster.RunningJob;
import dev.firn.iceberg.FaultyCatalog.Fault;
import dev.firn.iceberg.StaleSinkException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.util.SnapshotUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** How jobs begin, end and meet each other. */
@Timeout(120)
final class LifecycleTest {

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster();

    private static final Changelog CHANGELOG = new Changelog(4, 6_000, 150);
    private static final List<Change> CHANGES = CHANGELOG.changes();

    @TempDir
    private Path disk;

    private Warehouse warehouse;

    @BeforeEach
    void createWarehouse() {
        warehouse = Warehouse.Kind.HADOOP.create(disk);
    }

    @AfterEach
    void closeWarehouse() {
        warehouse.close();
    }

    private FirnJob job() {
        return new FirnJob(warehouse, CHANGELOG, disk);
    }

    private List<Integer> checkedPrefixes() {
        return new SnapshotOracle(CHANGES).check(warehouse.table());
    }

    @Test
    void batchJobCommitsEverythingAtItsEnd() throws Exception {
        CLUSTER.run(job().batch());
        assertThat(checkedPrefixes()).hasSize(1);
    }

    @Test
    void batchJobThatFailsCommitsOnce() throws Exception {
        Trouble trouble =
                Trouble.none().atRows(2_000).atCommit(1, Fault.CRASH_BEFORE).atCommit(2, Fault.CRASH_AFTER);
        CLUSTER.run(job().batch().parallelism(3).trouble(trouble));
        assertThat(trouble.left()).isZero();
        assertThat(checkedPrefixes()).hasSize(1);
    }

    @Test
    void streamingJobWithoutCheckpointsCommitsEverythingAtItsEnd() throws Exception {
        CLUSTER.run(job().withoutCheckpoints());
        assertThat(checkedPrefixes()).hasSize(1);
    }

    @Test
    void endOfInputCommitsWhatNoCheckpointHasSeen() throws Exception {
        CLUSTER.run(job().changesPerCheckpoint(CHANGES.size()).checkpointsOnDemand());
        assertThat(checkedPrefixes()).hasSize(1);
    }

    @Test
    void lastCommitIsRepeatedWhenTheJobDiesBeforeItsEnd() throws Exception {
        Trouble trouble = Trouble.none().atCommit(1, Fault.CRASH_AFTER);
        CLUSTER.run(
                job().changesPerCheckpoint(CHANGES.size()).checkpointsOnDemand().trouble(trouble));
        assertThat(trouble.left()).isZero();
        assertThat(checkedPrefixes()).hasSize(1);
    }

    @Test
    void newJobTakesOverWhatAFinishedOneWrote() throws Exception {
        CLUSTER.run(job());
        Changelog more = new Changelog(5, 4_000, 250);
        CLUSTER.run(new FirnJob(warehouse, more, disk).parallelism(3));
        List<Change> applied = new ArrayList<>(CHANGES);
        applied.addAll(more.changes());
        SnapshotOracle oracle = new SnapshotOracle(applied);
        assertThat(oracle.check(warehouse.table())).contains(oracle.settled(CHANGES.size()));
    }

    @Test
    void ofTwoLiveJobsTheOneThatWasThereFirstFails() throws Exception {
        FirnJob first = job().waitingAt(2_000).restarts(1).withoutCompaction();
        RunningJob old = CLUSTER.start(first);
        first.awaitCommitted(2_000);
        Changelog others = new Changelog(6, 4_000, 250);
        CLUSTER.run(new FirnJob(warehouse, others, disk));
        assertThat(old.awaitFailure())
                .rootCause()
                .isInstanceOf(StaleSinkException.class)
                .hasMessageContaining("only one sink writes to the table");
        List<Change> applied = new ArrayList<>(CHANGES.subList(0, 2_000));
        applied.addAll(others.changes());
        new SnapshotOracle(applied).check(warehouse.table());
    }

    @Test
    void savepointIsCommittedWithTheNextCheckpointAsASnapshotOfItsOwn() throws Exception {
        FirnJob job = job().waitingAt(2_000).changesPerCheckpoint(1_000).checkpointsOnDemand();
        RunningJob run = CLUSTER.start(job);
        job.awaitRows(1_000);
        run.awaitRunning();
        run.savepoint();
        assertThat(warehouse.table().currentSnapshot()).isNull();
        run.checkpoint();
        job.awaitRows(2_000);
        run.checkpoint();
        job.awaitCommitted(2_000);
        run.cancel();

        SnapshotOracle oracle = new SnapshotOracle(CHANGES.subList(0, 2_000));
        assertThat(oracle.check(warehouse.table())).containsExactly(oracle.settled(1_000), oracle.settled(2_000));
        assertThat(SnapshotUtil.currentAncestors(warehouse.table()))
                .extracting(snapshot -> snapshot.summary().get("firn.checkpoint-id"))
                .containsExactly("3", "1");
    }

    @Test
    void checkpointsThatAreGivenUpAreCommittedWithTheNextOne() throws Exception {
        Trouble trouble = Trouble.none().atUploads(2, 3, 6);
        CLUSTER.run(job().toleratingFailedCheckpoints().restarts(0).trouble(trouble));
        assertThat(trouble.left()).isZero();
        assertThat(checkedPrefixes()).hasSizeGreaterThanOrEqualTo(10);
    }
}
