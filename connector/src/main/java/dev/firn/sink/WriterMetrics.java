package dev.firn.sink;

import dev.firn.index.KeyIndexes;
import dev.firn.lsm.BucketCounters;
import dev.firn.lsm.TreeStatistics;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one writer does: as a line of the log for each flush, and as metrics. Told by the writer, read by any thread.
 */
final class WriterMetrics {

    private static final Logger LOG = LoggerFactory.getLogger(WriterMetrics.class);
    private static final int LAST_LEVEL = 7;

    private final KeyIndexes indexes;
    private final BucketCounters counters;
    private final LongSupplier compactionsRunning;
    private final LongSupplier millisHeldBack;
    private final Histogram flushMillis = Instruments.newHistogram();
    private final Histogram barrierMillis = Instruments.newHistogram();
    private volatile TreeStatistics trees = TreeStatistics.NONE;
    private volatile TreeMemory.Figures memory = TreeMemory.Figures.NONE;
    private Counter rowsIn = new SimpleCounter();
    private Counter bytesOut = new SimpleCounter();
    private long rowsBefore;
    private long bytesBefore;
    private long supersededBefore;
    private long nanosBefore;

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

    /** A row was taken into a buffer. */
    void buffered() {
        rowsIn.inc();
    }

    /** What a flush wrote was taken over, or what all of a checkpoint wrote. */
    void flushed(WriterBuckets buckets) {
        trees = buckets.statistics();
        memory = buckets.memory();
        long rows = counters.flushedRows() - rowsBefore;
        long bytes = counters.flushedBytes() - bytesBefore;
        long superseded = counters.supersededRows() - supersededBefore;
        long nanos = counters.flushNanos() - nanosBefore;
        if (rows > 0 || superseded > 0) {
            long millis = Duration.ofNanos(nanos).toMillis();
            flushMillis.update(millis);
            bytesOut.inc(bytes);
            LOG.info(
                    "Flushed rows={} bytes={} superseded={} millis={} files=\"{}\" dead-rows={} of={} table={}",
                    rows,
                    bytes,
                    superseded,
                    millis,
                    trees.filesByLevel(),
                    trees.deadRows(),
                    trees.rows(),
                    buckets.tableName());
        }
        rowsBefore += rows;
        bytesBefore += bytes;
        supersededBefore += superseded;
        nanosBefore += nanos;
    }

    /** A checkpoint's barrier could not go on meanwhile. */
    void barrierWaited(long nanos) {
        barrierMillis.update(Duration.ofNanos(nanos).toMillis());
    }

    /** Registers everything, as docs/metrics.md lists it. */
    void register(SinkWriterMetricGroup group, LongSupplier bufferedBytes, LongSupplier bufferedRows) {
        rowsIn = group.getNumRecordsSendCounter();
        bytesOut = group.getNumBytesSendCounter();
        Instruments firn = Instruments.of(group);
        firn.gauge("bufferedBytes", bufferedBytes);
        firn.gauge("bufferedRows", bufferedRows);
        firn.histogram("flushMillis", flushMillis);
        firn.histogram("barrierMillis", barrierMillis);
        firn.counter("flushedRows", counters::flushedRows);
        firn.counter("flushedBytes", counters::flushedBytes);
        firn.counter("flushedFiles", counters::flushedFiles);
        firn.counter("supersededRows", counters::supersededRows);
        registerTrees(firn);
        registerCompactions(firn);
        firn.counter("backPressureMillis", millisHeldBack);
        registerIndexes(firn, indexes);
        firn.gauge("indexBytesOverQuota", () -> memory.excessDiskBytes());
    }

    private void registerTrees(Instruments firn) {
        firn.gauge("rows", () -> trees.rows());
        firn.gauge("deadRows", () -> trees.deadRows());
        firn.gauge("files", () -> trees.files());
        firn.gauge("fileBytes", () -> trees.bytes());
        firn.gauge("treesLoaded", () -> memory.loaded());
        firn.gauge("treeBytes", () -> memory.bytes());
        firn.counter("treesPutAside", () -> memory.putAside());
        for (int level = 0; level <= LAST_LEVEL; level++) {
            int number = level;
            Instruments ofLevel = firn.labelled("level", number);
            ofLevel.gauge("files", () -> level(number).files());
            ofLevel.gauge("fileBytes", () -> level(number).bytes());
        }
    }

    /** Levels deeper than the last one count as that one. */
    private TreeStatistics.Level level(int number) {
        return number < LAST_LEVEL ? trees.level(number) : trees.from(number);
    }

    private void registerCompactions(Instruments firn) {
        registerCompactions(firn, counters, compactionsRunning);
        firn.group().<Double, Gauge<Double>>gauge("writeAmplification", counters::writeAmplification);
    }

    /** Those of a job that does nothing else. */
    static void registerCompactions(Instruments firn, WriterResources resources) {
        registerCompactions(
                firn,
                resources.counters(),
                () -> resources.requireCompaction().threads().running());
        registerIndexes(firn, resources.indexes());
    }

    private static void registerCompactions(Instruments firn, BucketCounters counters, LongSupplier running) {
        firn.gauge("compactionsRunning", running);
        firn.counter("compactions", counters::compactions);
        firn.counter("compactionsFailed", counters::failedCompactions);
        firn.counter("compactionsDiscarded", counters::discardedCompactions);
        firn.counter("compactionsNarrowed", counters::narrowedCompactions);
        firn.counter("compactionsPutOff", counters::postponedCompactions);
        firn.counter("droppedRows", counters::droppedRows);
        firn.counter("compactionBytesRead", counters::compactionBytesRead);
        firn.counter("compactionBytesWritten", counters::compactionBytesWritten);
    }

    private static void registerIndexes(Instruments firn, KeyIndexes indexes) {
        firn.gauge("indexFileBytes", () -> indexes.space().indexBytes());
        firn.gauge("indexFilterBytes", indexes::filterBytes);
        firn.counter("indexProbes", () -> indexes.statistics().probes());
        firn.counter("indexFilterNegatives", () -> indexes.statistics().filterNegatives());
        firn.counter("indexFilterFalsePositives", () -> indexes.statistics().filterFalsePositives());
        firn.gauge("indexesToLoad", () -> indexes.threads().unfinished());
        firn.gauge("indexKeysToLoad", () -> indexes.threads().unfinishedKeys());
        firn.gauge("indexesLoading", () -> indexes.threads().running());
        firn.counter("indexFilterHits", () -> indexes.hits().filterHits());
        firn.counter("indexFilterMisses", () -> indexes.hits().filterMisses());
        firn.counter("indexesTakenOver", () -> indexes.hits().opened());
        firn.counter("indexRebuilds", () -> indexes.statistics().rebuilds());
        firn.counter("indexEvictions", () -> indexes.statistics().evictions());
        firn.counter("indexRebuiltKeys", () -> indexes.statistics().rebuilt().keys());
        firn.counter(
                "indexRebuildMillis",
                () -> indexes.statistics().rebuilt().time().toMillis());
        firn.counter("indexBytesRead", () -> indexes.statistics().bytesRead());
    }
}
