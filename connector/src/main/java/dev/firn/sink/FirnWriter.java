package dev.firn.sink;

import dev.firn.iceberg.FirnTable;
import dev.firn.iceberg.RowPartitioner;
import dev.firn.iceberg.WriterChanges;
import dev.firn.key.KeyEncoder;
import dev.firn.key.KeyView;
import dev.firn.lsm.Bucket;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subtask of the sink. Rows gather in their buckets' buffers, which are flushed while rows come; a checkpoint hands
 * over what all buckets changed. Single-threaded, like every sink writer.
 */
final class FirnWriter
        implements StatefulSinkWriter<RowData, WriterState>, CommittingSinkWriter<RowData, WriterChanges> {

    private static final Logger LOG = LoggerFactory.getLogger(FirnWriter.class);

    private final WriterBuckets buckets;
    private final WriteBuffers buffers;
    private final KeyEncoder keyEncoder;
    private final RowPartitioner partitioner;
    private final RowDataSerializer rowSerializer;
    private final WriterResources.@Nullable Compaction compaction;
    private final @Nullable BackPressure backPressure;
    private final WriterMetrics metrics;
    private UpdateBefore updateBefore = UpdateBefore.IGNORED;

    /** @param place tells which buckets are this writer's, and waits until the table can be loaded */
    FirnWriter(FirnTable table, WriterResources resources, WriterPlace place) {
        this.buckets = new WriterBuckets(table, resources, place);
        this.keyEncoder = table.keyEncoder();
        this.partitioner = table.partitioner();
        this.rowSerializer = new RowDataSerializer(table.format().rowType());
        this.compaction = resources.compaction();
        this.backPressure =
                compaction == null ? null : new BackPressure(compaction.backPressure(), compaction.threads(), buckets);
        this.metrics = new WriterMetrics(resources, backPressure);
        this.buffers = new WriteBuffers(buckets, resources.buffers(), metrics);
    }

    @Override
    public void write(RowData row, Context context) throws IOException, InterruptedException {
        write(row);
    }

    void write(RowData row) throws IOException, InterruptedException {
        RowKind kind = row.getRowKind();
        if (kind == RowKind.UPDATE_BEFORE && updateBefore == UpdateBefore.IGNORED) {
            return;
        }
        if (backPressure != null) {
            backPressure.admitRow();
        }
        KeyView key = keyEncoder.view(row);
        Bucket bucket = buckets.of(partitioner, partitioner.partition(row));
        long bytesBefore = bucket.bufferedBytes();
        int rowsBefore = bucket.bufferedRows();
        if (kind == RowKind.DELETE || kind == RowKind.UPDATE_BEFORE) {
            bucket.delete(key);
        } else {
            bucket.upsert(key, rowSerializer.toBinaryRow(row));
        }
        metrics.buffered();
        buffers.grew(bucket, bucket.bufferedBytes() - bytesBefore, bucket.bufferedRows() - rowsBefore);
    }

    /**
     * Everything is flushed in {@link #prepareCommit}, which Flink calls next. At the end of the input that is for the
     * last time, so what is being merged has to be done by then, and nothing more is begun.
     */
    @Override
    public void flush(boolean endOfInput) throws InterruptedException {
        if (endOfInput && compaction != null) {
            buckets.startFlushes();
            LOG.info(
                    "The input ends, merges={} are waited for",
                    compaction.threads().running());
            compaction.threads().drain();
        }
    }

    /** @return one element, or none if nothing changed */
    @Override
    public Collection<WriterChanges> prepareCommit() throws IOException, InterruptedException {
        long start = System.nanoTime();
        List<WriterChanges> changes = checkpoint();
        buffers.recount();
        if (backPressure != null) {
            backPressure.look();
        }
        metrics.flushed(buckets);
        metrics.barrierWaited(System.nanoTime() - start);
        return changes;
    }

    /** With all processors, while merges wait. */
    private List<WriterChanges> checkpoint() throws IOException, InterruptedException {
        if (compaction == null) {
            return buckets.checkpoint();
        }
        compaction.limiter().hold();
        try {
            return buckets.checkpoint();
        } finally {
            compaction.limiter().goOn();
        }
    }

    FirnWriter taking(UpdateBefore effect) {
        updateBefore = effect;
        return this;
    }

    FirnWriter keepingTrees(TreeMemory memory) {
        buckets.within(memory);
        return this;
    }

    TreeMemory.Figures memory() {
        return buckets.memory();
    }

    FirnWriter reportingTo(SinkWriterMetricGroup group) {
        metrics.register(group, buffers::bytes, buffers::rows);
        return this;
    }

    @Override
    public List<WriterState> snapshotState(long checkpointId) {
        buckets.prepared(checkpointId);
        return List.of(new WriterState(checkpointId));
    }

    @Override
    public void close() throws IOException {
        buckets.close();
    }
}
