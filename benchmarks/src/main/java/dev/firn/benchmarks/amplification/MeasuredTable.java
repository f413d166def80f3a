package dev.firn.benchmarks.amplification;

import dev.firn.iceberg.FirnTable;
import dev.firn.iceberg.RowPartitioner;
import dev.firn.run.LevelProfiles;
import dev.firn.run.RunFormat;
import dev.firn.run.RunWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import org.apache.flink.table.data.RowData;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.flink.TableLoader;
import org.apache.iceberg.hadoop.HadoopTables;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.util.SnapshotUtil;

/** A table on the local disk, weighed by what its snapshots say. */
final class MeasuredTable {

    private static final int DEEP_LEVEL = 2;
    private static final int SNAPSHOTS_TO_KEEP = 2;

    private final String location;
    private final Table table;
    private final int buckets;
    private long seenSequenceNumber;

    /**
     * Bytes that were written.
     *
     * @param data files of rows
     * @param vectors deletion vectors
     * @param metadata manifests and lists of them
     */
    record Written(long data, long vectors, long metadata) {

        Written plus(Written other) {
            return new Written(data + other.data, vectors + other.vectors, metadata + other.metadata);
        }
    }

    /**
     * The data files of a snapshot.
     *
     * @param flushed those from flushes, the other ones are of merges
     * @param spans sum of the distances from their lowest to their highest keys
     */
    record Extent(Weight flushed, Weight merged, double spans) {

        long bytes() {
            return flushed.bytes() + merged.bytes();
        }

        long files() {
            return flushed.files() + merged.files();
        }
    }

    /** What some files weigh together, dead rows included. */
    record Weight(long files, long bytes, long rows) {

        static final Weight NONE = new Weight(0, 0, 0);

        Weight plus(Weight other) {
            return new Weight(files + other.files, bytes + other.bytes, rows + other.rows);
        }

        double bytesOfRow() {
            return (double) bytes / rows;
        }
    }

    MeasuredTable(Path directory, Schema schema, int buckets) {
        this.buckets = buckets;
        location = directory.toUri().toString();
        table = new HadoopTables(new Configuration())
                .create(
                        schema,
                        PartitionSpec.builderFor(schema)
                                .bucket(schema.columns().get(0).name(), buckets)
                                .build(),
                        SortOrder.builderFor(schema)
                                .asc(schema.columns().get(0).name())
                                .build(),
                        Map.of(
                                "format-version", "3",
                                "write.metadata.delete-after-commit.enabled", "true",
                                "write.metadata.previous-versions-max", "2"),
                        location);
    }

    TableLoader loader() {
        return TableLoader.fromHadoopTable(location, new Configuration());
    }

    /** What the snapshots since the last call added. */
    Written written() {
        table.refresh();
        Written written = new Written(0, 0, 0);
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
            if (snapshot.sequenceNumber() <= seenSequenceNumber) {
                break;
            }
            written = written.plus(writtenBy(snapshot));
        }
        Snapshot current = table.currentSnapshot();
        seenSequenceNumber = current == null ? 0 : current.sequenceNumber();
        return written;
    }

    private Written writtenBy(Snapshot snapshot) {
        SnapshotChanges changes =
                SnapshotChanges.builderFor(table).snapshot(snapshot).build();
        long data = 0;
        for (DataFile file : changes.addedDataFiles()) {
            data += file.fileSizeInBytes();
        }
        long vectors = 0;
        for (DeleteFile vector : changes.addedDeleteFiles()) {
            vectors += Objects.requireNonNull(vector.contentSizeInBytes());
        }
        long metadata = table.io().newInputFile(snapshot.manifestListLocation()).getLength();
        for (ManifestFile manifest : snapshot.allManifests(table.io())) {
            metadata += Objects.equals(manifest.snapshotId(), snapshot.snapshotId()) ? manifest.length() : 0;
        }
        return new Written(data, vectors, metadata);
    }

    Extent extent() {
        Weight flushed = Weight.NONE;
        Weight merged = Weight.NONE;
        double spans = 0;
        try (CloseableIterable<FileScanTask> tasks =
                table.newScan().includeColumnStats().planFiles()) {
            for (FileScanTask task : tasks) {
                DataFile file = task.file();
                Weight weight = new Weight(1, file.fileSizeInBytes(), file.recordCount());
                if (file.location().endsWith("-L0.parquet")) {
                    flushed = flushed.plus(weight);
                } else {
                    merged = merged.plus(weight);
                }
                spans += bound(Objects.requireNonNull(file.upperBounds()))
                        - bound(Objects.requireNonNull(file.lowerBounds()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Extent(flushed, merged, spans);
    }

    private double bound(Map<Integer, ByteBuffer> bounds) {
        Type type = table.schema().columns().get(0).type();
        Number key = Conversions.fromByteBuffer(type, Objects.requireNonNull(bounds.get(1)));
        return key.doubleValue();
    }

    /** Deletes what only older snapshots hold, as a table's owner does from time to time. */
    void expireSnapshots() {
        table.refresh();
        table.expireSnapshots()
                .expireOlderThan(Long.MAX_VALUE)
                .retainLast(SNAPSHOTS_TO_KEEP)
                .commit();
    }

    /**
     * What rows take that are written once, in key order, as the deepest level is, to one file of each bucket.
     *
     * @param rows by key, from 0 on
     */
    long bytesWrittenOnce(int keys, IntFunction<RowData> rows) throws IOException {
        long bytes = 0;
        try (FirnTable target = FirnTable.open(loader())) {
            RunFormat format =
                    LevelProfiles.defaults().format(target.format(), DEEP_LEVEL).expecting(keys / buckets);
            Map<StructLike, RunWriter<RowData>> writers = new HashMap<>();
            RowPartitioner partitioner = target.partitioner();
            for (int key = 0; key < keys; key++) {
                RowData row = rows.apply(key);
                StructLike partition = partitioner.partition(row);
                RunWriter<RowData> writer = writers.get(partition);
                if (writer == null) {
                    StructLike copy = partitioner.copy();
                    EncryptedOutputFile file = target.runFiles(copy, 0, "once").apply(DEEP_LEVEL);
                    writer = RunWriter.open(format, target.io(), file, target.spec(), copy);
                    writers.put(copy, writer);
                }
                writer.append(row);
            }
            for (RunWriter<RowData> writer : writers.values()) {
                DataFile file = writer.finish();
                bytes += file.fileSizeInBytes();
                target.io().deleteFile(file.location());
            }
        }
        return bytes;
    }
}
