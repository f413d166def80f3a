package dev.firn.sink;

import dev.firn.iceberg.FirnTable;
import dev.firn.iceberg.RowPartitioner;
import dev.firn.iceberg.TableView;
import dev.firn.iceberg.WriterChanges;
import dev.firn.index.KeyIndexes;
import dev.firn.index.RunStore;
import dev.firn.key.Key;
import dev.firn.key.KeyEncoder;
import dev.firn.lsm.Bucket;
import dev.firn.lsm.Levels;
import dev.firn.lsm.LevelsEdit;
import java.io.IOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.types.RowKind;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.util.StructLikeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subtask's buckets. Rows gather in their buckets' buffers, which share one budget; a checkpoint hands over what
 * all buckets changed. Single-threaded, like every sink writer.
 */
final class FirnWriter
        implements StatefulSinkWriter<RowData, WriterState>, CommittingSinkWriter<RowData, WriterChanges> {

    private static final Logger LOG = LoggerFactory.getLogger(FirnWriter.class);

    private final FirnTable table;
    private final KeyIndexes indexes;
    private final long writeBufferBytes;
    private final WriterPlace place;

    private final String writerId = UUID.randomUUID().toString();
    private final KeyEncoder keyEncoder;
    private final RowPartitioner partitioner;
    private final RowDataSerializer rowSerializer;
    private final StructLikeMap<Bucket> buckets;
    private final UncommittedEdits uncommitted;
    private @Nullable TableView view;
    private long bufferedBytes;

    /** @param place tells which buckets are this writer's, and waits until the table can be loaded */
    FirnWriter(FirnTable table, KeyIndexes indexes, long writeBufferBytes, WriterPlace place) {
        this.table = table;
        this.indexes = indexes;
        this.writeBufferBytes = writeBufferBytes;
        this.place = place;
        this.keyEncoder = table.keyEncoder();
        this.partitioner = table.partitioner();
        this.rowSerializer = new RowDataSerializer(table.format().rowType());
        this.buckets = StructLikeMap.create(table.spec().partitionType());
        this.uncommitted = new UncommittedEdits(table.spec().partitionType());
    }

    @Override
    public void write(RowData row, Context context) throws IOException, InterruptedException {
        write(row);
    }

    void write(RowData row) throws IOException, InterruptedException {
        RowKind kind = row.getRowKind();
        if (kind == RowKind.UPDATE_BEFORE) {
            return;
        }
        Key key = keyEncoder.encode(row);
        Bucket bucket = bucket(row);
        long before = bucket.bufferedBytes();
        if (kind == RowKind.DELETE) {
            bucket.delete(key);
        } else {
            bucket.upsert(key, rowSerializer.toBinaryRow(row).copy());
        }
        bufferedBytes += bucket.bufferedBytes() - before;
        if (bufferedBytes > writeBufferBytes) {
            flushLargest();
        }
    }

    private Bucket bucket(RowData row) throws IOException, InterruptedException {
        StructLike partition = partitioner.partition(row);
        Bucket bucket = buckets.get(partition);
        return bucket == null ? load(partitioner.copy()) : bucket;
    }

    private Bucket load(StructLike partition) throws IOException, InterruptedException {
        if (view == null) {
            place.awaitRestoredCheckpoint(table);
            view = new TableView(table, place.origin(), place::owns);
            indexes.retain(view.locations());
        }
        RunStore store = new RunStore(
                table.format(),
                table.spec(),
                partition,
                table.runFiles(partition, place.subtask(), writerId),
                new RunStore.Storage(table.io(), indexes, table.targetFileBytes()));
        Bucket bucket = new Bucket(store, levels(view, partition));
        buckets.put(partition, bucket);
        return bucket;
    }

    private Levels levels(TableView table, StructLike partition) throws IOException {
        try {
            return table.levels(partition);
        } catch (NotFoundException e) {
            catchUpAfter(e);
            return table.levels(partition);
        }
    }

    private void flushLargest() throws IOException {
        Bucket largest = buckets.values().stream()
                .max(Comparator.comparingLong(Bucket::bufferedBytes))
                .orElseThrow();
        bufferedBytes -= largest.bufferedBytes();
        try {
            largest.flush();
        } catch (NotFoundException e) {
            catchUpAfter(e);
            largest.flush();
        }
    }

    /** Since the last checkpoint somebody else replaced a file, and had the snapshots expire that held it. */
    private void catchUpAfter(NotFoundException e) throws IOException {
        LOG.info("A file is gone, looking at table {} anew: {}", table.name(), e.getMessage());
        catchUp(Objects.requireNonNull(view));
    }

    @Override
    public void flush(boolean endOfInput) {
        // Everything is flushed in prepareCommit, which Flink calls next.
    }

    /** @return one element, or none if nothing changed */
    @Override
    public Collection<WriterChanges> prepareCommit() throws IOException {
        if (view == null) {
            return List.of();
        }
        catchUp(view);
        GatheredChanges gathered = new GatheredChanges(writerId, view.baseSequenceNumber());
        for (var entry : buckets.entrySet()) {
            LevelsEdit edit = entry.getValue().checkpoint();
            if (!edit.isEmpty()) {
                gathered.add(edit);
                uncommitted.add(entry.getKey(), edit);
            }
        }
        bufferedBytes = 0;
        return gathered.toChanges();
    }

    private void catchUp(TableView table) throws IOException {
        boolean changedByOthers = table.refresh();
        uncommitted.removeIf(table::holds);
        if (changedByOthers) {
            for (var entry : buckets.entrySet()) {
                entry.getValue().rebase(table.levels(entry.getKey()), uncommitted.of(entry.getKey()));
            }
        }
    }

    @Override
    public List<WriterState> snapshotState(long checkpointId) {
        uncommitted.prepared(checkpointId);
        return List.of(new WriterState(checkpointId));
    }

    @Override
    public void close() throws IOException {
        try (table;
                indexes) {
            buckets.values().forEach(Bucket::discard);
        }
    }
}
