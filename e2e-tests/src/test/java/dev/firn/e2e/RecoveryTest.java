package dev.firn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.iceberg.FaultyCatalog.Fault;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Jobs that fail and restart by themselves. */
@Timeout(120)
final class RecoveryTest {

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster();

    @TempDir
    private Path disk;

    @ParameterizedTest
    @EnumSource
    void rowsArriveExactlyOnceWhateverFailsAheadOfTheSink(Warehouse.Kind kind) throws Exception {
        Changelog changelog = new Changelog(1, 50_000, 300);
        Trouble trouble =
                Trouble.none().atRows(1, 3_000, 17_001, 40_000).atBarriers(2, 9).atCompletions(4, 7);
        try (Warehouse warehouse = kind.create(disk)) {
            CLUSTER.run(new FirnJob(warehouse, changelog, disk)
                    .changesPerCheckpoint(3_000)
                    .writeBufferBytes(60_000)
                    .trouble(trouble));
            assertThat(trouble.left()).isZero();
            assertThat(new SnapshotOracle(changelog.changes()).check(warehouse.table()))
                    .hasSizeGreaterThanOrEqualTo(10);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyCheckpointIsOneSnapshotHoweverTheCatalogFails(Warehouse.Kind kind) throws Exception {
        Changelog changelog = new Changelog(2, 12_000, 200);
        Trouble trouble = Trouble.none()
                .atCommit(1, Fault.CRASH_BEFORE)
                .atCommit(3, Fault.LANDED_BUT_UNANSWERED)
                .atCommit(4, Fault.LANDED_BUT_REFUSED)
                .atCommit(5, Fault.CONFLICT)
                .atCommit(6, Fault.CRASH_AFTER)
                .atCommit(8, Fault.LOST)
                .atCommit(10, Fault.CRASH_AFTER)
                .atCommit(11, Fault.CRASH_BEFORE)
                .atCommit(12, Fault.LANDED_BUT_REFUSED);
        try (Warehouse warehouse = kind.create(disk)) {
            CLUSTER.run(new FirnJob(warehouse, changelog, disk)
                    .changesPerCheckpoint(1_000)
                    .parallelism(3)
                    .trouble(trouble));
            assertThat(trouble.left()).isZero();
            assertThat(new SnapshotOracle(changelog.changes()).check(warehouse.table()))
                    .hasSizeGreaterThanOrEqualTo(10);
        }
    }
}
