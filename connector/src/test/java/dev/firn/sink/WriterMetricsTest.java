package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.iceberg.DataFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriterMetricsTest {

    @TempDir
    Path localDisk;

    private WatchedWriter writer;

    @BeforeEach
    void open() {
        writer = new WatchedWriter(localDisk, RandomCompaction.NO_BACK_PRESSURE);
    }

    @AfterEach
    void close() throws IOException {
        writer.close();
    }

    @Test
    void aNewWriterHasDoneNothing() {
        for (String name : writer.metrics.names()) {
            if (writer.metrics.metric(name) instanceof Histogram) {
                assertThat(writer.metrics.histogram(name).getCount()).as(name).isZero();
            } else if (name.equals("firn.writeAmplification")) {
                assertThat(writer.metrics.ratio(name)).isEqualTo(1);
            } else {
                assertThat(writer.metrics.value(name)).as(name).isZero();
            }
        }
    }

    @Test
    void bufferedRowsAreKeysWithAChangeUntilTheFlush() throws Exception {
        writer.write(1, 2, 3, 2);
        assertThat(writer.value("bufferedRows")).isEqualTo(3);
        long bytes = writer.value("bufferedBytes");
        assertThat(bytes).isPositive();
        writer.write(LongStream.range(4, 100).toArray());
        assertThat(writer.value("bufferedBytes")).isGreaterThan(bytes);
        assertThat(writer.metrics.getNumRecordsSendCounter().getCount()).isEqualTo(100);
        assertThat(writer.value("flushedRows")).isZero();
        writer.checkpoint();

        assertThat(writer.value("bufferedRows")).isZero();
        assertThat(writer.value("bufferedBytes")).isZero();
        assertThat(writer.value("flushedRows")).isEqualTo(99);
    }

    @Test
    void aFlushCountsItsRowsBytesAndFiles() throws Exception {
        writer.write(1, 2, 3);
        DataFile first = writer.checkpoint().get(0);
        writer.write(3, 4);
        DataFile second = writer.checkpoint().get(0);

        assertThat(writer.value("flushedRows")).isEqualTo(5);
        assertThat(writer.value("flushedFiles")).isEqualTo(2);
        assertThat(writer.value("flushedBytes"))
                .isEqualTo(first.fileSizeInBytes() + second.fileSizeInBytes())
                .isEqualTo(writer.metrics.getNumBytesSendCounter().getCount());
        assertThat(writer.value("supersededRows")).isEqualTo(1);
        assertThat(writer.metrics.histogram("firn.flushMillis").getCount()).isEqualTo(2);
    }

    @Test
    void aCheckpointWithoutRowsIsNoFlush() throws Exception {
        writer.checkpoint();
        writer.write(1);
        writer.checkpoint();
        writer.checkpoint();

        assertThat(writer.metrics.histogram("firn.flushMillis").getCount()).isEqualTo(1);
    }

    @Test
    void treesAreCountedByLevelWithTheirDeadRows() throws Exception {
        writer.write(1, 2, 3);
        DataFile first = writer.checkpoint().get(0);
        writer.write(2, 3, 4);
        DataFile second = writer.checkpoint().get(0);
        long bytes = first.fileSizeInBytes() + second.fileSizeInBytes();

        assertThat(writer.value("rows")).isEqualTo(6);
        assertThat(writer.value("deadRows")).isEqualTo(2);
        assertThat(writer.value("files"))
                .isEqualTo(writer.value("level.0.files"))
                .isEqualTo(2);
        assertThat(writer.value("fileBytes"))
                .isEqualTo(writer.value("level.0.fileBytes"))
                .isEqualTo(bytes);
        assertThat(writer.value("level.1.files")).isZero();
    }

    @Test
    void aCompactionRunsUntilItIsDoneAndCountsWhenItIsTakenOver() throws Exception {
        List<DataFile> flushed = twoRunsThatAreMerged();
        assertThat(writer.value("compactionsRunning")).isEqualTo(1);
        writer.merge();
        assertThat(writer.value("compactionsRunning")).isZero();
        assertThat(writer.value("compactions")).isZero();
        writer.checkpoint();

        assertThat(writer.value("compactions")).isEqualTo(1);
        assertThat(writer.value("level.0.files")).isZero();
        assertThat(writer.value("level.1.files")).isEqualTo(1);
        assertThat(writer.value("rows")).isEqualTo(1_500);
        assertThat(writer.value("deadRows")).isZero();
        long written = writer.value("compactionBytesWritten");
        long flushedBytes =
                flushed.stream().mapToLong(DataFile::fileSizeInBytes).sum();
        assertThat(written).isEqualTo(writer.value("level.1.fileBytes")).isPositive();
        assertThat(writer.value("compactionBytesRead")).isPositive();
        assertThat(writer.value("flushedBytes")).isEqualTo(flushedBytes);
        assertThat(writer.metrics.ratio("firn.writeAmplification"))
                .isEqualTo((flushedBytes + written) / (double) flushedBytes);
    }

    @Test
    void aCompactionThatFailsIsCounted() throws Exception {
        List<DataFile> flushed = twoRunsThatAreMerged();
        writer.fixture.catalog.io().deleteFile(flushed.get(0).location());
        writer.merge();
        writer.checkpoint();

        assertThat(writer.value("compactionsFailed")).isEqualTo(1);
        assertThat(writer.value("compactions")).isZero();
        assertThat(writer.value("compactionsRunning")).isZero();
    }

    @Test
    void everyProbeIsAHitOrAnsweredByTheFilterOrAFalsePositive() throws Exception {
        writer.write(LongStream.range(0, 2_000).map(id -> 2 * id).toArray());
        writer.checkpoint();
        assertThat(writer.value("indexProbes")).isZero();
        writer.write(LongStream.range(100, 3_100).toArray());
        writer.checkpoint();

        assertThat(writer.value("indexProbes")).isEqualTo(3_000);
        assertThat(writer.value("supersededRows")).isEqualTo(1_500);
        assertThat(writer.value("indexFilterNegatives")).isBetween(1_400L, 1_500L);
        assertThat(writer.value("indexFilterFalsePositives")).isEqualTo(1_500 - writer.value("indexFilterNegatives"));
        assertThat(writer.value("indexBytesRead")).isPositive();
        assertThat(writer.value("indexRebuilds")).isZero();
        assertThat(writer.value("indexFileBytes"))
                .isEqualTo(writer.indexes.space().indexBytes())
                .isPositive();
    }

    @Test
    void aCountThatOnlyGrowsIsACounterThatNobodyElseCounts() {
        Counter flushed = (Counter) writer.metrics.metric("firn.flushedRows");

        assertThatThrownBy(flushed::inc).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> flushed.dec(1)).isInstanceOf(UnsupportedOperationException.class);
    }

    private List<DataFile> twoRunsThatAreMerged() throws Exception {
        writer.write(LongStream.range(0, 1_000).toArray());
        DataFile first = writer.checkpoint().get(0);
        writer.write(LongStream.range(500, 1_500).toArray());
        DataFile second = writer.checkpoint().get(0);
        writer.checkpoint();
        return List.of(first, second);
    }
}
