package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.iceberg.WriterChanges;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.apache.iceberg.DataFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole writer that is stopped at two runs. Nothing here depends on time: who waits for ever fails by the timeout.
 */
@Timeout(60)
class StoppedWriterTest {

    @TempDir
    Path localDisk;

    private WatchedWriter writer;

    @BeforeEach
    void open() {
        writer = new WatchedWriter(localDisk, new BackPressureConfig(2, 2, 1L << 40));
    }

    @AfterEach
    void close() throws IOException {
        writer.close();
    }

    @Test
    void aWriterNeverWaitsForACommit() throws Exception {
        List<List<WriterChanges>> pending = new ArrayList<>();
        for (int checkpoint = 0; checkpoint < 5; checkpoint++) {
            writer.write(1, 2, 3);
            pending.add(writer.prepare());
        }
        assertThat(writer.value("level.0.files")).isEqualTo(5);
        assertThat(writer.value("backPressureMillis")).isZero();
        assertThat(writer.places.running()).isZero();
        for (int checkpoint = 0; checkpoint < 5; checkpoint++) {
            writer.commit(checkpoint + 1, pending.get(checkpoint));
        }

        assertThat(writer.fixture.rows()).isEqualTo(Map.of(1L, "value", 2L, "value", 3L, "value"));
    }

    @Test
    void aStoppedWriterGoesOnWhenItsMergeHasEndedAheadOfAnyCheckpoint() throws Exception {
        writer.write(1, 3);
        writer.checkpoint();
        writer.write(2, 4);
        writer.checkpoint();
        writer.prepare();
        assertThat(writer.places.running()).isEqualTo(1);
        FutureTask<Boolean> row = new FutureTask<>(() -> {
            writer.write(5);
            return true;
        });
        Thread thread = new Thread(row);
        thread.start();
        while (thread.getState() != Thread.State.WAITING) {
            assertThat(row.isDone()).as("the writer should wait").isFalse();
            spin();
        }
        assertThat(writer.value("bufferedRows")).isZero();
        writer.merge();

        assertThat(row.get()).isTrue();
        assertThat(writer.value("bufferedRows")).isEqualTo(1);
        assertThat(writer.value("compactions"))
                .as("taken over at the next checkpoint")
                .isZero();
        writer.checkpoint();
        assertThat(writer.value("compactions")).isEqualTo(1);
        assertThat(writer.fixture.rows()).containsOnlyKeys(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void aStoppedWriterIsInterruptedByACancelledJob() throws Exception {
        writer.write(1, 3);
        writer.checkpoint();
        writer.write(2, 4);
        writer.checkpoint();
        writer.prepare();
        FutureTask<Boolean> row = new FutureTask<>(() -> {
            try {
                writer.write(5);
                return false;
            } catch (InterruptedException e) {
                return true;
            }
        });
        Thread thread = new Thread(row);
        thread.start();
        while (thread.getState() != Thread.State.WAITING) {
            assertThat(row.isDone()).as("the writer should wait").isFalse();
            spin();
        }
        thread.interrupt();

        assertThat(row.get()).isTrue();
        writer.close();
        writer.merge();
        assertThat(writer.places.running()).isZero();
        open();
    }

    @Test
    void theEndOfTheInputWaitsForTheMergeThatRunsAndTakesItOver() throws Exception {
        twoRunsThatAreMerged();
        Thread ending = new Thread(endInput());
        ending.start();
        untilItWaits(ending);
        writer.merge();
        ending.join();
        writer.checkpoint();

        assertThat(writer.value("compactions")).isEqualTo(1);
        assertThat(writer.fixture.rows()).containsOnlyKeys(1L, 2L, 3L, 4L);
    }

    @Test
    void aMergeThatFailsDoesNotFailTheEndOfTheInput() throws Exception {
        DataFile input = twoRunsThatAreMerged();
        writer.fixture.catalog.io().deleteFile(input.location());
        FutureTask<Boolean> end = endInput();
        Thread ending = new Thread(end);
        ending.start();
        untilItWaits(ending);
        writer.merge();

        assertThat(end.get()).isTrue();
        writer.checkpoint();
        assertThat(writer.value("compactionsFailed")).isEqualTo(1);
    }

    @Test
    void aCancelledJobDoesNotWaitAtTheEndOfItsInput() throws Exception {
        twoRunsThatAreMerged();
        FutureTask<Boolean> end = endInput();
        Thread ending = new Thread(end);
        ending.start();
        untilItWaits(ending);
        ending.interrupt();

        assertThat(end.get()).isFalse();
        writer.close();
        writer.merge();
        assertThat(writer.places.running()).isZero();
        open();
    }

    @Test
    void noMergeIsBegunAfterTheEndOfTheInput() throws Exception {
        writer.write(1, 3);
        writer.checkpoint();
        writer.endInput();
        writer.write(2, 4);
        writer.checkpoint();
        writer.checkpoint();

        assertThat(writer.places.started()).isZero();
    }

    /** @return an input of the merge */
    private DataFile twoRunsThatAreMerged() throws Exception {
        writer.write(1, 3);
        DataFile first = writer.checkpoint().get(0);
        writer.write(2, 4);
        writer.checkpoint();
        writer.prepare();
        assertThat(writer.places.running()).isEqualTo(1);
        return first;
    }

    /** Whether the writer was not interrupted. */
    private FutureTask<Boolean> endInput() {
        return new FutureTask<>(() -> {
            try {
                writer.endInput();
                return true;
            } catch (InterruptedException e) {
                return false;
            }
        });
    }

    private static void untilItWaits(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            assertThat(thread.isAlive()).as("it should wait").isTrue();
            spin();
        }
    }

    /** For a moment, unless the test has timed out. */
    private static void spin() {
        if (Thread.currentThread().isInterrupted()) {
            throw new AssertionError("What is waited for does not come");
        }
        Thread.onSpinWait();
    }
}
