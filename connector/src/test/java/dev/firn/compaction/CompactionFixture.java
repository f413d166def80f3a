package dev.firn.compaction;

import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.iceberg.FaultyCatalog;
import dev.firn.iceberg.FirnTable;
import dev.firn.iceberg.LiveFile;
import dev.firn.index.KeyIndexes;
import dev.firn.index.RunStore;
import dev.firn.key.Key;
import dev.firn.run.LevelProfiles;
import dev.firn.run.LineageReader;
import dev.firn.run.RunFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** A table of one bucket with the key id, whose files are written and read by Iceberg's generic rows. */
final class CompactionFixture implements AutoCloseable {

    // Tables in memory share one directory.
    private static final AtomicInteger FILES = new AtomicInteger();

    /** Small files of many row groups, of some 20 rows each. */
    static final Map<String, String> SMALL_ROW_GROUPS = Map.of(
            "write.parquet.row-group-size-bytes", "600",
            "write.parquet.row-group-check-min-record-count", "10",
            "write.parquet.row-group-check-max-record-count", "20");

    static final NestedField ID = NestedField.required(1, "id", Types.LongType.get());

    static final Schema SCHEMA = new Schema(
            List.of(
                    ID,
                    NestedField.required(2, "value", Types.StringType.get()),
                    NestedField.optional(3, "at", Types.TimestampType.withoutZone())),
            Set.of(1));

    final FaultyCatalog catalog;
    final FirnTable table;
    final KeyIndexes indexes;
    final HookedFileIO io;

    CompactionFixture(Path localDisk) {
        this(localDisk, SCHEMA, SMALL_ROW_GROUPS);
    }

    CompactionFixture(Path localDisk, Schema schema, Map<String, String> properties) {
        this(localDisk, new FaultyCatalog(schema, bucketed(schema), sorted(schema), properties));
    }

    /** @param catalog holds a table that is partitioned by {@code bucket[1](id)} last */
    CompactionFixture(Path localDisk, FaultyCatalog catalog) {
        this.catalog = catalog;
        table = FirnTable.open(catalog.loader());
        indexes = KeyIndexes.open(localDisk, 1 << 20, table.keyEncoder().format(), table.keySource());
        io = new HookedFileIO(table.io());
    }

    static PartitionSpec bucketed(Schema schema) {
        return PartitionSpec.builderFor(schema).bucket("id", 1).build();
    }

    static SortOrder sorted(Schema schema) {
        return SortOrder.builderFor(schema).asc("id").build();
    }

    /** A key, whose other column, if there is one, is the region north. */
    Key key(long id) {
        RowType rowType = table.format().rowType();
        GenericRowData row = new GenericRowData(rowType.getFieldCount());
        row.setField(rowType.getFieldIndex("id"), id);
        if (rowType.getFieldIndex("region") >= 0) {
            row.setField(rowType.getFieldIndex("region"), StringData.fromString("north"));
        }
        return table.keyEncoder().encode(row);
    }

    StructLike partition() {
        return DataFiles.data(
                table.spec(),
                table.spec().fields().stream()
                        .map(field -> field.name() + "=" + (field.transform().isIdentity() ? "north" : "0"))
                        .collect(Collectors.joining("/")));
    }

    /** A data file as another engine writes it, with the rows in this order, not committed. */
    DataFile write(Schema columns, List<? extends Record> rows) {
        try {
            DataWriter<Record> writer = Parquet.writeData(EncryptedFiles.plainAsEncryptedOutput(
                            table.io().newOutputFile("/compaction/" + FILES.incrementAndGet() + ".parquet")))
                    .schema(columns)
                    .setAll(table.format().tableProperties())
                    .createWriterFunc(GenericParquetWriter::create)
                    .withSpec(table.spec())
                    .withPartition(partition())
                    .build();
            try (writer) {
                rows.forEach(writer::write);
            }
            return writer.toDataFile();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Commits files in one snapshot. */
    void commit(List<DataFile> files) {
        AppendFiles append = catalog.table().newFastAppend();
        files.forEach(append::appendFile);
        append.commit();
        table.refresh();
    }

    /** The files of the current snapshot, in the order of their names. */
    List<LiveFile> liveFiles() {
        table.refresh();
        return table.liveFiles().files().stream()
                .sorted(Comparator.comparing(LiveFile::location))
                .toList();
    }

    /** A committed file, with its row ids and sequence number. */
    LiveRun live(DataFile file, PositionSet dead) {
        LiveFile committed =
                Objects.requireNonNull(table.liveFiles().byLocation().get(file.location()));
        return new LiveRun(RunFile.of(committed.file()), dead);
    }

    Compactor compactor(long targetFileBytes, RateLimiter limiter, RowFilter filter, long sortBytes) {
        var files = table.runFiles(partition(), 0, "compaction" + FILES.incrementAndGet());
        return new Compactor(
                new RunStore(
                        table.format(),
                        table.spec(),
                        partition(),
                        level -> io.over(files.apply(level)),
                        new RunStore.Storage(io, indexes, targetFileBytes, LevelProfiles.defaults())),
                new LineageReader(io, table.format(), table.specs()),
                limiter,
                filter,
                sortBytes);
    }

    Compactor compactor() {
        return compactor(1L << 30, RateLimiter.unlimited(), RowFilter.KEEP_ALL, 1 << 20);
    }

    /** All rows of a committed file with their lineage, by Iceberg's generic reader. */
    List<Record> rows(LiveRun run) {
        DataFile file = run.run().file();
        Map<Integer, Object> constants = new HashMap<>();
        constants.put(MetadataColumns.ROW_ID.fieldId(), file.firstRowId());
        constants.put(MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER.fieldId(), file.fileSequenceNumber());
        return read(file, constants);
    }

    /** All rows of a new file, with negative lineage where the file has none. */
    List<Record> rowsAsWritten(RunFile run) {
        return read(
                run.file(),
                Map.of(
                        MetadataColumns.ROW_ID.fieldId(), -1_000_000L,
                        MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER.fieldId(), -1L));
    }

    private List<Record> read(DataFile file, Map<Integer, Object> constants) {
        Schema projection = MetadataColumns.schemaWithRowLineage(table.format().schema());
        List<Record> rows = new ArrayList<>();
        try (CloseableIterable<Record> records = Parquet.read(table.io().newInputFile(file))
                .project(projection)
                .createReaderFunc(type -> GenericParquetReaders.buildReader(projection, type, constants))
                .build()) {
            records.forEach(rows::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    @Override
    public void close() throws IOException {
        indexes.close();
        table.close();
        catalog.close();
    }
}
