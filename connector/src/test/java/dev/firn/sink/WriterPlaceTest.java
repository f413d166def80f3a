package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.firn.iceberg.CheckpointChanges;
import dev.firn.iceberg.CommitOptions;
import dev.firn.iceberg.FirnTable;
import dev.firn.iceberg.Marker;
import dev.firn.iceberg.SnapshotCommitter;
import dev.firn.iceberg.TableFixture;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class WriterPlaceTest {

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
    void aFreshStartWaitsForNothing() {
        assertThatCode(() -> place(OptionalLong.empty(), false).awaitRestoredCheckpoint(fixture.table))
                .doesNotThrowAnyException();
    }

    @Test
    void aRestoredWriterGoesOnWhenTheTableCarriesTheCheckpoint() {
        commitMarker(5);

        assertThatCode(() -> place(OptionalLong.of(5), true).awaitRestoredCheckpoint(fixture.table))
                .doesNotThrowAnyException();
    }

    @Test
    void aRestoredWriterWaitsUntilTheCommitterHasCaughtUp() throws Exception {
        commitMarker(4);
        FirnTable own = FirnTable.open(fixture.catalog.loader());
        CountDownLatch done = new CountDownLatch(1);
        Thread waiting = new Thread(() -> {
            try {
                place(OptionalLong.of(5), true).awaitRestoredCheckpoint(own);
                done.countDown();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        waiting.start();
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        assertThat(done.getCount()).isOne();
        commitMarker(5);
        waiting.join();

        assertThat(done.getCount()).isZero();
        assertThat(own.marker()).contains(new Marker("s", 5, "i"));
        own.close();
    }

    @Test
    void aWaitingWriterCanBeInterrupted() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        Thread waiting = new Thread(() -> {
            try {
                place(OptionalLong.of(5), true).awaitRestoredCheckpoint(fixture.table);
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });
        waiting.start();
        waiting.interrupt();
        waiting.join();

        assertThat(interrupted.getCount()).isZero();
    }

    private WriterPlace place(OptionalLong restoredCheckpoint, boolean hasState) {
        BucketRouter router = BucketRouter.of(fixture.table);
        return new WriterPlace(router, new WriterPlace.Subtask(0, 1), "job", restoredCheckpoint, hasState);
    }

    private void commitMarker(long checkpointId) {
        FirnTable committers = FirnTable.open(fixture.catalog.loader());
        new SnapshotCommitter(committers, fixture.indexes, CommitOptions.of("job"))
                .recommit(
                        new CheckpointChanges(new Marker("s", checkpointId, "i"), Optional.empty(), List.of()),
                        checkpointId);
    }
}
