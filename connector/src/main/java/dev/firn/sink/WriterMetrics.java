package dev.firn.sink;

import dev.firn.index.KeyIndexes;
import dev.firn.lsm.BucketCounters;
import dev.firn.lsm.TreeStatistics;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one writer does: as a line of the log for each flush, and as metrics. Told by the writer, read by any thread.
 */
final class WriterMetrics {

    private static final Logger LOG = LoggerFactory.getLogger(WriterMetrics.class);
    private static final int LEVELS = 8;

    private final KeyIndexes indexes;
    private final BucketCounters counters;
    private final LongSupplier compactionsRunning;
    private final LongSupplier millisHeldBack;
    private volatile TreeStatistics trees = TreeStatistics.NONE;
    private volatile long lastFlushMillis;
    private long rowsBefore;
    private long bytesBefore;
    private long supersededBefore;

    /** @param backPressure null if the writer does not compact */
    WriterMetrics(WriterResources resources, @Nullable BackPressure backPressure) {
        this.indexes = resources.indexes();
        this.counters = resources.counters();
        WriterResources.Compaction compaction = resources.compaction();
        this.compactionsRunning =
                compaction == null ? () -> 0 : () -> compaction.threads().running();
        this.millisHeldBack =
                backPressure == null ? () -> 0 : () -> backPressure.heldBack().toMillis();
    }

    /** A buffer was flushed, or all were at a checkpoint. */
    void flushed(long nanos, WriterBuckets buckets) {
        trees = buckets.statistics();
        lastFlushMillis = Duration.ofNanos(nanos).toMillis();
        long rows = counters.flushedRows() - rowsBefore;
        long bytes = counters.flushedBytes() - bytesBefore;
        long superseded = counters.supersededRows() - supersededBefore;
        if (rows > 0 || superseded > 0) {
            LOG.info(
                    "Flushed rows={} bytes={} superseded={} millis={} files=\"{}\" dead-rows={} of={} table={}",
                    rows,
                    bytes,
                    superseded,
                    lastFlushMillis,
                    trees.filesByLevel(),
                    trees.deadRows(),
                    trees.rows(),
                    buckets.tableName());
        }
        rowsBefore += rows;
        bytesBefore += bytes;
        supersededBefore += superseded;
    }

    /** Registers everything, as docs/metrics.md lists it. */
    void register(MetricGroup group, LongSupplier bufferedBytes, LongSupplier bufferedRows) {
        gauge(group, "bufferedBytes", bufferedBytes);
        gauge(group, "bufferedRows", bufferedRows);
        gauge(group, "lastFlushMillis", () -> lastFlushMillis);
        gauge(group, "flushedRows", counters::flushedRows);
        gauge(group, "flushedBytes", counters::flushedBytes);
        gauge(group, "flushedFiles", counters::flushedFiles);
        gauge(group, "supersededRows", counters::supersededRows);
        gauge(group, "rows", () -> trees.rows());
        gauge(group, "deadRows", () -> trees.deadRows());
        gauge(group, "files", () -> trees.files());
        gauge(group, "fileBytes", () -> trees.bytes());
        for (int level = 0; level < LEVELS; level++) {
            int number = level;
            MetricGroup ofLevel = group.addGroup("level", Integer.toString(level));
            gauge(ofLevel, "files", () -> level(number).files());
            gauge(ofLevel, "fileBytes", () -> level(number).bytes());
        }
        gauge(group, "compactionsRunning", compactionsRunning);
        gauge(group, "compactions", counters::compactions);
        gauge(group, "compactionsFailed", counters::failedCompactions);
        gauge(group, "compactionsDiscarded", counters::discardedCompactions);
        gauge(group, "droppedRows", counters::droppedRows);
        gauge(group, "compactionBytesRead", counters::compactionBytesRead);
        gauge(group, "compactionBytesWritten", counters::compactionBytesWritten);
        group.<Double, Gauge<Double>>gauge("writeAmplification", counters::writeAmplification);
        gauge(group, "backPressureMillis", millisHeldBack);
        gauge(group, "indexProbes", () -> indexes.statistics().probes());
        gauge(group, "indexFilterNegatives", () -> indexes.statistics().filterNegatives());
        gauge(group, "indexFilterFalsePositives", () -> indexes.statistics().filterFalsePositives());
        gauge(group, "indexRebuilds", () -> indexes.statistics().rebuilds());
        gauge(group, "indexBytesRead", () -> indexes.statistics().bytesRead());
    }

    private TreeStatistics.Level level(int number) {
        return trees.levels().getOrDefault(number, TreeStatistics.Level.EMPTY);
    }

    private static void gauge(MetricGroup group, String name, LongSupplier value) {
        group.<Long, Gauge<Long>>gauge(name, value::getAsLong);
    }
}
