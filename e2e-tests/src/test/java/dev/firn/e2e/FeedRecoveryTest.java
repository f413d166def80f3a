package dev.firn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.e2e.Cluster.RunningJob;
import dev.firn.feed.Handover;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Jobs that read a change feed and fail, or are stopped and started again, between the rows of a snapshot. */
@Timeout(120)
@SuppressWarnings("NullAway.Init")
final class FeedRecoveryTest {

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster();

    @TempDir
    private Path disk;

    private Warehouse warehouse;
    private final Told told = new Told();

    @BeforeEach
    void createWarehouse() {
        warehouse = Warehouse.Kind.HADOOP.create(disk);
    }

    @AfterEach
    void closeWarehouse() {
        warehouse.close();
    }

    @ParameterizedTest
    @EnumSource
    void changesArriveExactlyOnceWhateverFailsBehindTheFeed(Handover handover) throws Exception {
        CLUSTER.run(new FirnJob(warehouse, new Changelog(5, 9_000, 900), disk));
        Trouble trouble = Trouble.none()
                .atRows(1, 1_234, 3_001, 3_002, 7_555)
                .atBarriers(3, 14)
                .atCompletions(6, 9);

        CLUSTER.run(new FeedJob(warehouse, told, disk)
                .untilLatest()
                .handover(handover)
                .rowsPerCheckpoint(251)
                .trouble(trouble));

        assertThat(trouble.left()).isZero();
        assertEverythingWasTold();
    }

    @ParameterizedTest
    @EnumSource
    void goesOnBetweenTheRowsOfASnapshotWithAnyParallelismWhileTheTableGrows(Handover handover) throws Exception {
        Changelog changelog = new Changelog(6, 8_000, 800);
        FirnJob writer = new FirnJob(warehouse, changelog, disk).waitingAt(changelog.length());
        RunningJob writing = CLUSTER.start(writer);

        RunningJob reading = CLUSTER.start(feed(handover).parallelism(2));
        told.awaitRows(601);
        String savepoint = reading.stopWithSavepoint();

        reading = CLUSTER.start(feed(handover).parallelism(3).from(savepoint));
        told.awaitRows(told.count() + 1_501);
        savepoint = reading.stopWithSavepoint();

        reading = CLUSTER.start(feed(handover).parallelism(1).from(savepoint));
        told.awaitRows(told.count() + 1_001);
        savepoint = reading.stopWithSavepoint();

        reading = CLUSTER.start(feed(handover).parallelism(3).from(savepoint));
        writer.awaitCommitted(changelog.length());
        writing.cancel();
        told.awaitRows(new FeedOracle(warehouse.table()).count());
        reading.stopWithSavepoint();

        assertEverythingWasTold();
    }

    private FeedJob feed(Handover handover) {
        return new FeedJob(warehouse, told, disk).handover(handover).rowsPerCheckpoint(251);
    }

    private void assertEverythingWasTold() {
        FeedOracle oracle = new FeedOracle(warehouse.table());
        assertThat(oracle.snapshots()).hasSizeGreaterThan(10);
        assertThat(told.byKey()).isEqualTo(oracle.byKey());
    }
}
