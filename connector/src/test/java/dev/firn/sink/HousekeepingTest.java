package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.iceberg.FaultyCatalog.Fault;
import dev.firn.iceberg.FirnTable;
import dev.firn.iceberg.Retention;
import dev.firn.iceberg.SnapshotExpiry;
import dev.firn.iceberg.TableFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HousekeepingTest {

    private static final Duration INTERVAL = Duration.ofMinutes(10);

    @TempDir
    Path localDisk;

    private final QueuedExecutor thread = new QueuedExecutor();
    private TableFixture fixture;
    private Instant now = Instant.now().plus(Duration.ofDays(1));
    private Housekeeping housekeeping;

    @BeforeEach
    void createTableWithThreeSnapshots() throws Exception {
        fixture = new TableFixture(localDisk);
        for (int i = 0; i < 3; i++) {
            fixture.catalog
                    .table()
                    .newAppend()
                    .appendFile(fixture.run("w", "v", i))
                    .commit();
        }
        housekeeping = new Housekeeping(
                new SnapshotExpiry(
                        FirnTable.open(fixture.catalog.loader()), new Retention(1, Duration.ZERO), () -> now),
                INTERVAL,
                thread,
                () -> now);
    }

    @AfterEach
    void dropTable() throws Exception {
        housekeeping.close();
        fixture.close();
    }

    @Test
    void snapshotsExpireOnceInAnInterval() {
        housekeeping.afterCommit();
        assertThat(thread.tasks()).as("before the first interval has passed").isEmpty();
        now = now.plus(INTERVAL);
        housekeeping.afterCommit();
        housekeeping.afterCommit();
        assertThat(thread.tasks()).hasSize(1);
        thread.runAll();

        assertThat(fixture.snapshots()).isOne();
        assertThat(housekeeping.expiredSnapshots()).isEqualTo(2);
        assertThat(housekeeping.expiredFiles()).isPositive();
        assertThat(housekeeping.failures()).isZero();
    }

    @Test
    void oneRunAtATime() {
        now = now.plus(INTERVAL);
        housekeeping.afterCommit();
        now = now.plus(INTERVAL);
        housekeeping.afterCommit();

        assertThat(thread.tasks()).hasSize(1);
    }

    @Test
    void afterAFailureItIsTriedAgainAtTheNextTurn() {
        now = now.plus(INTERVAL);
        fixture.catalog.injectOnce(Fault.LOST);
        housekeeping.afterCommit();
        thread.runAll();
        assertThat(housekeeping.failures()).isOne();
        assertThat(fixture.snapshots()).isEqualTo(3);

        now = now.plus(INTERVAL);
        housekeeping.afterCommit();
        thread.runAll();
        assertThat(fixture.snapshots()).isOne();
    }
}
