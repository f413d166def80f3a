package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.iceberg.DataFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteBuffersTest {

    private static final long FLUSH_BYTES = 4_000;
    private static final long BUDGET = 20_000;

    @TempDir
    Path localDisk;

    private WatchedWriter writer;
    private long next;

    @BeforeEach
    void open() {
        open(BUDGET, FLUSH_BYTES);
    }

    private void open(long budget, long flushBytes) {
        writer = new WatchedWriter(
                localDisk,
                RandomCompaction.NO_BACK_PRESSURE,
                flushes -> new WriterResources.Buffers(budget, flushBytes, flushes));
    }

    @AfterEach
    void close() throws IOException {
        writer.close();
    }

    @Test
    void aLargeBufferIsFlushedWhileRowsComeIntoTheNextOne() throws Exception {
        long first = writeUntilAFlushBegins();
        writer.write(next++);
        assertThat(writer.value("flushedRows")).isZero();
        assertThat(writer.value("bufferedRows")).isEqualTo(first + 1);
        writer.flush();
        writer.write(next++);

        assertThat(writer.value("flushedRows")).isEqualTo(first);
        assertThat(writer.value("bufferedRows")).isEqualTo(2);
        assertThat(writer.value("bufferedBytes")).isLessThan(FLUSH_BYTES);
        assertThat(writer.checkpoint()).hasSize(2);
        assertThat(writer.fixture.rows()).hasSize((int) next);
        assertThat(writer.metrics.histogram("firn.flushMillis").getCount()).isEqualTo(2);
        assertThat(writer.metrics.histogram("firn.barrierMillis").getCount()).isEqualTo(1);
    }

    @Test
    void aCheckpointFlushesWhatTheThreadHasNotBegun() throws Exception {
        writeUntilAFlushBegins();
        writer.write(next++);

        assertThat(writer.checkpoint()).hasSize(2);
        assertThat(writer.value("bufferedRows")).isZero();
        assertThat(writer.value("bufferedBytes")).isZero();
        assertThat(writer.fixture.rows()).hasSize((int) next);
        writer.flush();
        assertThat(writer.value("flushedFiles")).isEqualTo(2);
    }

    @Test
    void theWriterLendsAHandWhenTheFlushThreadDoesNotKeepUp() throws Exception {
        writeUntilAFlushBegins();
        while (writer.value("flushedFiles") == 0) {
            long before = writer.value("bufferedBytes");
            assertThat(before).isLessThanOrEqualTo(BUDGET);
            writer.write(next++);
        }

        assertThat(writer.value("bufferedBytes")).isBetween(2 * FLUSH_BYTES, 3 * FLUSH_BYTES);
        writer.checkpoint();
        assertThat(writer.fixture.rows()).hasSize((int) next);
    }

    @Test
    void buffersGoWhenTheBudgetIsNearlySpentAndRowsWaitWhenItIs() throws Exception {
        writer.close();
        open(BUDGET, 1 << 30);
        writeUntilAFlushBegins();
        assertThat(writer.value("bufferedBytes")).isBetween(BUDGET * 7 / 8, BUDGET);
        while (writer.value("flushedFiles") == 0) {
            writer.write(next++);
            assertThat(writer.value("bufferedBytes")).isLessThanOrEqualTo(BUDGET);
        }
        writer.checkpoint();

        assertThat(writer.fixture.rows()).hasSize((int) next);
    }

    @Test
    void aFlushThatFailsInTheBackgroundFailsTheNextRow() throws Exception {
        writer.write(0);
        DataFile gone = writer.checkpoint().get(0);
        writeUntilAFlushBegins();
        writer.indexes.forget(gone.location());
        writer.fixture.catalog.io().deleteFile(gone.location());
        writer.flush();

        assertThatThrownBy(() -> writer.write(next)).hasMessageContaining(gone.location());
    }

    @Test
    void whatIsOnItsWayWhenTheWriterEndsIsDeleted() throws Exception {
        writeUntilAFlushBegins();
        writer.flush();
        writer.close();

        assertThat(writer.fixture.catalog.io().written)
                .filteredOn(path -> path.endsWith(".parquet"))
                .hasSize(1)
                .noneMatch(writer.fixture.catalog.io()::exists);
        open();
    }

    /** @return how many rows are on their way */
    private long writeUntilAFlushBegins() throws Exception {
        long first = next;
        while (!writer.isFlushing()) {
            writer.write(next++);
        }
        return next - first;
    }
}
