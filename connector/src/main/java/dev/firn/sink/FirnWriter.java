package dev.firn.sink;

import dev.firn.iceberg.FirnTable;
import dev.firn.iceberg.RowPartitioner;
import dev.firn.iceberg.WriterChanges;
import dev.firn.key.KeyEncoder;
import dev.firn.key.KeyView;
import dev.firn.lsm.Bucket;
import java.io.IOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.types.RowKind;
import org.apache.iceberg.exceptions.NotFoundException;
import org.jspecify.annotations.Nullable;

/**
 * One subtask of the sink. Rows gather in their buckets' buffers, which share one budget; a checkpoint hands over what
 * all buckets changed. Single-threaded, like every sink writer.
 */
final class FirnWriter
        implements StatefulSinkWriter<RowData, WriterState>, CommittingSinkWriter<RowData, WriterChanges> {

    private final WriterBuckets buckets;
    private final long writeBufferBytes;
    private final KeyEncoder keyEncoder;
    private final RowPartitioner partitioner;
    private final RowDataSerializer rowSerializer;
    private final @Nullable BackPressure backPressure;
    private final WriterMetrics metrics;
    private UpdateBefore updateBefore = UpdateBefore.IGNORED;
    private long bufferedBytes;
    private long bufferedRows;

    /** @param place tells which buckets are this writer's, and waits until the table can be loaded */
    FirnWriter(FirnTable table, WriterResources resources, WriterPlace place) {
        this.buckets = new WriterBuckets(table, resources, place);
        this.writeBufferBytes = resources.writeBufferBytes();
        this.keyEncoder = table.keyEncoder();
        this.partitioner = table.partitioner();
        this.rowSerializer = new RowDataSerializer(table.format().rowType());
        WriterResources.Compaction compaction = resources.compaction();
        this.backPressure =
                compaction == null ? null : new BackPressure(compaction.backPressure(), compaction.threads(), buckets);
        this.metrics = new WriterMetrics(resources, backPressure);
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
        bufferedBytes += bucket.bufferedBytes() - bytesBefore;
        bufferedRows += bucket.bufferedRows() - rowsBefore;
        metrics.buffered();
        if (bufferedBytes > writeBufferBytes) {
            flushLargest();
        }
    }

    private void flushLargest() throws IOException {
        Bucket largest = buckets.loaded().stream()
                .max(Comparator.comparingLong(Bucket::bufferedBytes))
                .orElseThrow();
        bufferedBytes -= largest.bufferedBytes();
        bufferedRows -= largest.bufferedRows();
        long start = System.nanoTime();
        try {
            largest.flush();
        } catch (NotFoundException e) {
            buckets.catchUpAfter(e);
            largest.flush();
        }
        metrics.flushed(System.nanoTime() - start, buckets);
        buckets.compact();
    }

    @Override
    public void flush(boolean endOfInput) {
        // Everything is flushed in prepareCommit, which Flink calls next.
    }

    /** @return one element, or none if nothing changed */
    @Override
    public Collection<WriterChanges> prepareCommit() throws IOException, InterruptedException {
        long start = System.nanoTime();
        List<WriterChanges> changes = buckets.checkpoint();
        bufferedBytes = 0;
        bufferedRows = 0;
        if (backPressure != null) {
            backPressure.look();
        }
        metrics.flushed(System.nanoTime() - start, buckets);
        return changes;
    }

    FirnWriter taking(UpdateBefore effect) {
        updateBefore = effect;
        return this;
    }

    FirnWriter reportingTo(SinkWriterMetricGroup group) {
        metrics.register(group, () -> bufferedBytes, () -> bufferedRows);
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
