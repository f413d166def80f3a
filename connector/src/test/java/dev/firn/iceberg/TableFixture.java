package dev.firn.iceberg;

import dev.firn.dv.PositionSet;
import dev.firn.index.KeyIndexes;
import dev.firn.key.Key;
import dev.firn.run.RunWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.types.RowKind;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * A table (id BIGINT, value STRING NOT NULL), of one bucket unless said otherwise, with the key id, and what a sink
 * opens of it.
 */
public final class TableFixture implements AutoCloseable {

    // Tables in memory share one directory.
    private static final AtomicInteger RUNS = new AtomicInteger();

    public static final Schema SCHEMA = new Schema(
            List.of(
                    NestedField.required(1, "id", Types.LongType.get()),
                    NestedField.required(2, "value", Types.StringType.get())),
            Set.of(1));

    public final FaultyCatalog catalog;
    public final FirnTable table;
    public final KeyIndexes indexes;

    public TableFixture(Path localDisk) {
        this(localDisk, 1);
    }

    public TableFixture(Path localDisk, int buckets) {
        catalog = new FaultyCatalog(
                SCHEMA,
                PartitionSpec.builderFor(SCHEMA).bucket("id", buckets).build(),
                SortOrder.builderFor(SCHEMA).asc("id").build(),
                Map.of());
        table = FirnTable.open(catalog.loader());
        indexes = KeyIndexes.open(localDisk, 1 << 20, table.keyEncoder().format(), table.keySource());
    }

    public static GenericRowData row(RowKind kind, @Nullable Long id, @Nullable String value) {
        return GenericRowData.ofKind(kind, id, value == null ? null : StringData.fromString(value));
    }

    public static GenericRowData upsert(long id, String value) {
        return row(RowKind.INSERT, id, value);
    }

    public Key key(long id) {
        return table.keyEncoder().encode(upsert(id, ""));
    }

    public StructLike partition() {
        RowPartitioner partitioner = table.partitioner();
        partitioner.partition(upsert(0, ""));
        return partitioner.copy();
    }

    /** A run file with these rows, not committed yet. */
    public DataFile run(String writerId, String value, long... ids) throws IOException {
        var output = table.runFiles(partition(), 0, writerId + "-" + RUNS.incrementAndGet())
                .apply(0);
        try (RunWriter<RowData> writer =
                RunWriter.open(table.format(), table.io(), output, table.spec(), partition())) {
            LongStream.of(ids).forEach(id -> writer.append(upsert(id, value)));
            return writer.finish();
        }
    }

    /** The table's rows by key, as Iceberg reads them. */
    public Map<Long, String> rows() {
        Snapshot current = catalog.table().currentSnapshot();
        return current == null ? new TreeMap<>() : rows(current);
    }

    /** A snapshot's rows by key. */
    public Map<Long, String> rows(Snapshot snapshot) {
        Map<Long, String> rows = new TreeMap<>();
        SnapshotInvariants.rowsOfSharedTable(catalog.table(), snapshot, row -> (Long) row.get(0))
                .forEach((id, row) -> rows.put(id, String.valueOf(row.get(1))));
        return rows;
    }

    public int snapshots() {
        List<Object> snapshots = new ArrayList<>();
        catalog.table().snapshots().forEach(snapshots::add);
        return snapshots.size();
    }

    /** What a writer that knows the table as it is changes by adding files. */
    public WriterChanges adding(String writerId, DataFile... files) {
        return changing(writerId, List.of(files), Map.of(), List.of());
    }

    public WriterChanges changing(
            String writerId, List<DataFile> added, Map<String, PositionSet> dead, List<Key> deletedKeys) {
        Table now = catalog.table();
        long base = now.currentSnapshot() == null
                ? 0
                : Objects.requireNonNull(now.currentSnapshot()).sequenceNumber();
        return new WriterChanges(writerId, base, added, dead, deletedKeys, List.of());
    }

    @Override
    public void close() throws IOException {
        indexes.close();
        table.close();
        catalog.close();
    }
}
