package dev.firn.sink;

import dev.firn.sink.SoakSample.TableShape;
import dev.firn.sink.SoakSample.Written;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.flink.TableLoader;
import org.apache.iceberg.hadoop.HadoopTables;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.SnapshotUtil;

/** A table (id BIGINT, version INT, payload STRING) on the local disk, seen through Iceberg alone. */
final class SoakTable {

    private static final Schema SCHEMA = new Schema(
            List.of(
                    NestedField.required(1, "id", Types.LongType.get()),
                    NestedField.required(2, "version", Types.IntegerType.get()),
                    NestedField.required(3, "payload", Types.StringType.get())),
            Set.of(1));
    private static final int SNAPSHOTS_TO_KEEP = 3;

    private final String location;
    private final Table table;
    private long seenSequenceNumber;

    SoakTable(Path directory, int buckets, long targetFileBytes) {
        location = directory.toUri().toString();
        table = new HadoopTables(new Configuration())
                .create(
                        SCHEMA,
                        PartitionSpec.builderFor(SCHEMA).bucket("id", buckets).build(),
                        SortOrder.builderFor(SCHEMA).asc("id").build(),
                        Map.of(
                                "format-version", "3",
                                "write.target-file-size-bytes", Long.toString(targetFileBytes),
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
        long flushed = 0;
        long compacted = 0;
        long vectorBytes = 0;
        int vectors = 0;
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
            if (snapshot.sequenceNumber() <= seenSequenceNumber) {
                break;
            }
            SnapshotChanges changes =
                    SnapshotChanges.builderFor(table).snapshot(snapshot).build();
            long added = bytes(changes.addedDataFiles());
            if (snapshot.operation().equals(DataOperations.REPLACE)) {
                compacted += added;
            } else {
                flushed += added;
            }
            for (DeleteFile vector : changes.addedDeleteFiles()) {
                vectorBytes += Objects.requireNonNull(vector.contentSizeInBytes());
                vectors++;
            }
        }
        Snapshot current = table.currentSnapshot();
        seenSequenceNumber = current == null ? 0 : current.sequenceNumber();
        return new Written(flushed, compacted, vectorBytes, vectors);
    }

    private static long bytes(Iterable<DataFile> files) {
        long bytes = 0;
        for (DataFile file : files) {
            bytes += file.fileSizeInBytes();
        }
        return bytes;
    }

    TableShape shape() {
        int files = 0;
        long liveRows = 0;
        long totalRows = 0;
        double liveBytes = 0;
        long totalBytes = 0;
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            for (FileScanTask task : tasks) {
                long rows = task.file().recordCount();
                long live = rows
                        - task.deletes().stream()
                                .mapToLong(ContentFile::recordCount)
                                .sum();
                files++;
                liveRows += live;
                totalRows += rows;
                liveBytes += (double) task.file().fileSizeInBytes() * live / rows;
                totalBytes += task.file().fileSizeInBytes();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new TableShape(files, liveRows, totalRows, liveBytes, totalBytes);
    }

    /** Deletes what only older snapshots hold, as a table's owner does from time to time. */
    void expireSnapshots() {
        table.refresh();
        table.expireSnapshots()
                .expireOlderThan(Long.MAX_VALUE)
                .retainLast(SNAPSHOTS_TO_KEEP)
                .commit();
    }

    /** Every row of the current snapshot, through Iceberg's generic reader. */
    void read(Consumer<Record> row) {
        table.refresh();
        try (CloseableIterable<Record> rows = IcebergGenerics.read(table).build()) {
            rows.forEach(row);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
