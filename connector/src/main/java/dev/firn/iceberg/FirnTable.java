package dev.firn.iceberg;

import dev.firn.index.KeySource;
import dev.firn.key.KeyEncoder;
import dev.firn.run.LineageReader;
import dev.firn.run.RunFile;
import dev.firn.run.RunFormat;
import dev.firn.run.RunReader;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.flink.TableLoader;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.PropertyUtil;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/** An open Iceberg table that Firn writes to, seen as of its last {@link #refresh}. Not thread-safe. */
public final class FirnTable implements Closeable {

    private final TableLoader loader;
    private final Table table;
    private final TableLayout layout;
    private final RunFormat format;
    private final PartitionSpec spec;

    private FirnTable(TableLoader loader, Table table, TableLayout layout, RunFormat format) {
        this.loader = loader;
        this.table = table;
        this.spec = table.spec();
        this.layout = layout;
        this.format = format;
    }

    /** Opens a table for rows that have all of its columns, in its order. */
    public static FirnTable open(TableLoader loader) {
        return open(loader, null);
    }

    /**
     * @param rowType the rows that are written: some of the table's columns by name, in any order; null for all
     * @throws RuntimeException with problem, cause and remedy if the table does not fit
     */
    public static FirnTable open(TableLoader loader, @Nullable RowType rowType) {
        TableLoader own = loader.clone();
        try {
            own.open();
            return open(own, own.loadTable(), rowType);
        } catch (RuntimeException e) {
            closeAfter(e, own);
            throw e;
        }
    }

    static void closeAfter(RuntimeException failure, TableLoader loader) {
        try {
            loader.close();
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private static FirnTable open(TableLoader own, Table table, @Nullable RowType rowType) {
        TableLayout layout = TableLayout.of(table);
        RowType rows = rowType == null ? FlinkSchemaUtil.convert(table.schema()) : rowType;
        RunFormat format = RunFormat.of(
                writeSchema(table, rows), rows, layout.primaryKey(), table.sortOrder(), table.properties());
        return new FirnTable(own, table, layout, format);
    }

    private static Schema writeSchema(Table table, RowType rowType) {
        List<NestedField> fields = new ArrayList<>();
        for (String name : rowType.getFieldNames()) {
            NestedField field = table.schema().findField(name);
            if (field == null) {
                throw new UnsupportedTableException("Column '" + name + "' is not in table " + table.name()
                        + ", whose columns are "
                        + table.schema().columns().stream()
                                .map(NestedField::name)
                                .toList()
                        + ". Add it to the table (ALTER TABLE … ADD COLUMN), or leave it out of the query.");
            }
            fields.add(field);
        }
        for (NestedField field : table.schema().columns()) {
            if (field.isRequired()
                    && field.writeDefault() == null
                    && !rowType.getFieldNames().contains(field.name())) {
                throw new UnsupportedTableException("Column '" + field.name() + "' of table " + table.name()
                        + " is required, but the rows to be written have no such column. Add it to the rows, or make it"
                        + " optional in the table.");
            }
        }
        return new Schema(table.schema().schemaId(), fields, table.schema().identifierFieldIds());
    }

    public void refresh() {
        table.refresh();
    }

    public String name() {
        return table.name();
    }

    public TableLayout layout() {
        return layout;
    }

    public RunFormat format() {
        return format;
    }

    /** The format of rows with every column that the table has now, whichever of them are written here. */
    public RunFormat wholeRows() {
        return RunFormat.of(
                table.schema(),
                FlinkSchemaUtil.convert(table.schema()),
                layout.primaryKey(),
                table.sortOrder(),
                table.properties());
    }

    /** Reads whole rows of data files, of every partition spec. */
    public LineageReader lineageReader() {
        return new LineageReader(table.io(), wholeRows(), table.specs());
    }

    /** Another one whenever somebody changed the columns. */
    public int schemaId() {
        return table.schema().schemaId();
    }

    /** The partition spec that the table had when it was opened. */
    public PartitionSpec spec() {
        return spec;
    }

    /**
     * The lanes that the table's keys are divided into now, by its present partition spec and those of all live files.
     */
    public Lanes lanes() {
        return Lanes.of(0, LiveSpecs.ids(table), specs(), table.schema().identifierFieldIds());
    }

    /** @throws UnsupportedTableException if somebody changed the partition spec since the table was opened */
    void checkSpec() {
        if (table.spec().specId() != spec.specId()) {
            throw new UnsupportedTableException(
                    "Somebody changed the partition spec of table " + table.name() + " from "
                            + spec + " to " + table.spec()
                            + " while the job runs. Submit the job again from its newest checkpoint: nothing is lost.");
        }
    }

    PartitionSpec spec(int id) {
        PartitionSpec spec = table.specs().get(id);
        if (spec == null) {
            throw new IllegalStateException("Table " + table.name() + " has no partition spec " + id);
        }
        return spec;
    }

    /** Every partition spec that the table ever had, by id. */
    public Map<Integer, PartitionSpec> specs() {
        return Map.copyOf(table.specs());
    }

    public FileIO io() {
        return table.io();
    }

    /** The table's identity for as long as it exists, renamed or not. */
    public String uuid() {
        return table.uuid().toString();
    }

    public long targetFileBytes() {
        return PropertyUtil.propertyAsLong(
                table.properties(),
                TableProperties.WRITE_TARGET_FILE_SIZE_BYTES,
                TableProperties.WRITE_TARGET_FILE_SIZE_BYTES_DEFAULT);
    }

    /** Whether files that no snapshot needs may be deleted, because they are no other table's. */
    boolean ownsItsFiles() {
        return PropertyUtil.propertyAsBoolean(
                table.properties(), TableProperties.GC_ENABLED, TableProperties.GC_ENABLED_DEFAULT);
    }

    public KeyEncoder keyEncoder() {
        return KeyEncoder.of(format.schema(), format.keyColumns(), format.rowType());
    }

    public RowPartitioner partitioner() {
        return new RowPartitioner(spec, format.schema(), format.rowType());
    }

    /** Reads the keys of a data file from its key columns alone. */
    public KeySource keySource() {
        RunReader reader = new RunReader(table.io(), format, table.specs());
        return file -> {
            // Whoever reads has one: it is for one thread.
            KeyEncoder encoder = KeyEncoder.of(format.keySchema(), format.keyColumns(), format.keyRowType());
            return CloseableIterable.transform(reader.keys(file), encoder::encode);
        };
    }

    /**
     * New files in a partition, by level. Any thread.
     *
     * @param writerId stands in every file's name
     */
    public IntFunction<EncryptedOutputFile> runFiles(StructLike partition, int subtask, String writerId) {
        Map<Integer, OutputFileFactory> byLevel = new ConcurrentHashMap<>();
        return level -> byLevel.computeIfAbsent(
                        level,
                        l -> outputFiles(subtask, writerId, FileFormat.PARQUET)
                                .suffix(RunFile.suffix(l))
                                .build())
                .newOutputFile(partition);
    }

    /** Files with names of their own at each call, because an earlier attempt's may be in a snapshot. */
    OutputFileFactory vectorFiles() {
        return outputFiles(0, UUID.randomUUID().toString(), FileFormat.PUFFIN)
                .suffix("vectors")
                .build();
    }

    private OutputFileFactory.Builder outputFiles(int subtask, String operationId, FileFormat fileFormat) {
        return OutputFileFactory.builderFor(table, subtask, 0)
                .defaultSpec(spec)
                .operationId(operationId)
                .format(fileFormat);
    }

    /**
     * The newest commit of a sink: by the table's property, and if somebody removed that, by the current snapshot and
     * those before it. Empty if nothing is left of either.
     */
    public Optional<Marker> marker() {
        Optional<Marker> marker = Marker.ofProperties(table.properties());
        return marker.isPresent() ? marker : newestInSnapshots();
    }

    private Optional<Marker> newestInSnapshots() {
        for (Snapshot snapshot : ancestors()) {
            Optional<Marker> marker = Marker.ofSummary(snapshot.summary());
            if (marker.isPresent()) {
                return marker;
            }
        }
        return Optional.empty();
    }

    @Nullable Snapshot currentSnapshot() {
        return table.currentSnapshot();
    }

    public LiveFiles liveFiles() {
        return LiveFiles.of(table, table.currentSnapshot());
    }

    /** @param metricsColumns ids of the columns whose metrics the files keep */
    LiveFiles liveFiles(Set<Integer> metricsColumns) {
        return LiveFiles.of(table, table.currentSnapshot(), metricsColumns);
    }

    /**
     * Whether the current snapshot descends from the one with this sequence number: not so if somebody rolled the table
     * back. A descent that has expired is believed.
     *
     * @param sequenceNumber 0 for the time before the first snapshot
     */
    boolean descendsFrom(long sequenceNumber) {
        Long parentId = null;
        for (Snapshot snapshot : ancestors()) {
            if (snapshot.sequenceNumber() <= sequenceNumber) {
                return snapshot.sequenceNumber() == sequenceNumber;
            }
            parentId = snapshot.parentId();
        }
        return sequenceNumber == 0 || parentId != null;
    }

    /** The current snapshot and those before it, newest first; the last one may be an expired one's child. */
    Iterable<Snapshot> ancestors() {
        return SnapshotUtil.currentAncestors(table);
    }

    /**
     * The data files that a snapshot added, with the row ids and sequence numbers that they got.
     *
     * @param metricsColumns ids of the columns whose metrics the files keep
     */
    List<DataFile> addedFiles(Snapshot snapshot, Set<Integer> metricsColumns) {
        List<DataFile> added = new ArrayList<>();
        SnapshotChanges.builderFor(table)
                .snapshot(snapshot)
                .build()
                .addedDataFiles()
                .forEach(file -> added.add(LiveFiles.copy(file, metricsColumns)));
        return added;
    }

    /** The table itself, as of the last {@link #refresh}. */
    Table iceberg() {
        return table;
    }

    TableOperations operations() {
        return ((HasTableOperations) table).operations();
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }
}
