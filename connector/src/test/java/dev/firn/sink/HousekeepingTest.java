package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.firn.iceberg.FaultyCatalog.Fault;
import dev.firn.iceberg.FirnTable;
import dev.firn.iceberg.Retention;
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
    private RecordedMetrics metrics = new RecordedMetrics();
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
        housekeeping = keeping(
                new HousekeepingConfig(INTERVAL, new Retention(1, Duration.ZERO), Duration.ZERO, Duration.ofDays(3)));
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
        assertThat(metrics.value("firn.expiredSnapshots")).isEqualTo(2);
        assertThat(metrics.value("firn.expiredFiles")).isPositive();
        assertThat(metrics.value("firn.housekeepingFailures")).isZero();
    }

    @Test
    void aChoreDoesNotRunTwiceAtATime() {
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
        assertThat(metrics.value("firn.housekeepingFailures")).isOne();
        assertThat(fixture.snapshots()).isEqualTo(3);

        now = now.plus(INTERVAL);
        housekeeping.afterCommit();
        thread.runAll();
        assertThat(fixture.snapshots()).isOne();
    }

    @Test
    void whatIsTurnedOffNeverRuns() throws Exception {
        housekeeping.close();
        housekeeping = keeping(HousekeepingConfig.none());
        now = now.plus(Duration.ofDays(1000));
        housekeeping.afterCommit();

        assertThat(thread.tasks()).isEmpty();
    }

    @Test
    void anAgeThatARunningCheckpointMayHaveIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new HousekeepingConfig(INTERVAL, Retention.defaults(), INTERVAL, Duration.ofMinutes(59)))
                .withMessageContaining("orphan-removal.min-age");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new HousekeepingConfig(INTERVAL.negated(), Retention.defaults(), INTERVAL, Duration.ofDays(1)))
                .withMessageContaining("cannot be negative");
    }

    private Housekeeping keeping(HousekeepingConfig config) {
        TableChores chores = new TableChores(() -> FirnTable.open(fixture.catalog.loader()), config, thread, () -> now);
        metrics = new RecordedMetrics();
        chores.reportTo(metrics);
        return chores.housekeeping();
    }
}
