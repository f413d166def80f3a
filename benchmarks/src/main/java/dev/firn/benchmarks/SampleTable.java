package dev.firn.benchmarks;

import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.index.KeyIndexWriter;
import dev.firn.index.KeyIndexes;
import dev.firn.index.RunStore;
import dev.firn.key.Key;
import dev.firn.key.KeyEncoder;
import dev.firn.run.LevelProfiles;
import dev.firn.run.RunFile;
import dev.firn.run.RunFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * What the engine needs of a table of one bucket, on the local disk and without a catalog: a key, and four columns of
 * some hundred bytes. A row is made from a number. Closed, its directory is gone.
 */
public final class SampleTable implements AutoCloseable {

    private static final long FILTER_MEMORY_BYTES = 256L << 20;

    private final KeyKind kind;
    private final Path directory;
    private final Schema schema;
    private final RunFormat format;
    private final KeyEncoder encoder;
    private final RowDataSerializer serializer;
    private final FileIO io = new LocalFileIO();
    private KeyIndexes indexes;
    private int files;

    public SampleTable(KeyKind kind) throws IOException {
        this.kind = kind;
        directory = Files.createTempDirectory("firn-benchmark");
        List<NestedField> columns = new ArrayList<>(kind.columns());
        columns.add(NestedField.required(11, "name", Types.StringType.get()));
        columns.add(NestedField.required(12, "comment", Types.StringType.get()));
        columns.add(NestedField.required(13, "amount", Types.DoubleType.get()));
        columns.add(NestedField.required(14, "at", Types.TimestampType.withoutZone()));
        schema = new Schema(columns);
        List<String> keyColumns = kind.columns().stream().map(NestedField::name).toList();
        SortOrder.Builder order = SortOrder.builderFor(schema);
        keyColumns.forEach(order::asc);
        RowType rowType = FlinkSchemaUtil.convert(schema);
        format = RunFormat.of(schema, rowType, keyColumns, order.build(), Map.of());
        encoder = KeyEncoder.of(schema, keyColumns, rowType);
        serializer = new RowDataSerializer(rowType);
        indexes = openIndexes();
    }

    private KeyIndexes openIndexes() {
        return KeyIndexes.open(directory.resolve("indexes"), FILTER_MEMORY_BYTES, encoder.format(), file -> {
            throw new IllegalStateException("The index of " + file.location() + " is gone");
        });
    }

    public RunFormat format() {
        return format;
    }

    public KeyEncoder encoder() {
        return encoder;
    }

    public FileIO io() {
        return io;
    }

    public KeyIndexes indexes() {
        return indexes;
    }

    /** Closes the indexes and opens them from their files, with no filter in memory. */
    public KeyIndexes reopenedIndexes() {
        indexes.close();
        indexes = openIndexes();
        return indexes;
    }

    public GenericRowData row(long number) {
        Object[] key = kind.values(number);
        GenericRowData row = new GenericRowData(key.length + 4);
        for (int i = 0; i < key.length; i++) {
            row.setField(i, key[i]);
        }
        row.setField(key.length, StringData.fromString("name of row " + Long.toString(number, 36)));
        row.setField(
                key.length + 1,
                StringData.fromString(Long.toString(mixed(number)).repeat(2)));
        row.setField(key.length + 2, number * 0.01);
        row.setField(key.length + 3, TimestampData.fromEpochMillis(1_700_000_000_000L + number));
        return row;
    }

    /** As a row comes over the network. */
    public BinaryRowData binaryRow(long number) {
        return serializer.toBinaryRow(row(number)).copy();
    }

    /** A row of {@link RunFormat#withLineage}, as merges have it. */
    public GenericRecord lineageRow(long number) {
        GenericRecord record = GenericRecord.create(format.withLineage());
        record.set(0, number);
        return record;
    }

    public Key key(long number) {
        return encoder.encode(row(number));
    }

    /** Where run files go, of this size at most. */
    public RunStore store(long targetFileBytes) {
        return new RunStore(
                format,
                PartitionSpec.unpartitioned(),
                GenericRecord.create(new Schema()),
                level -> EncryptedFiles.plainAsEncryptedOutput(io.newOutputFile(newLocation(level))),
                new RunStore.Storage(io, indexes, targetFileBytes, LevelProfiles.defaults()));
    }

    public synchronized String newLocation(int level) {
        return directory.resolve(files++ + RunFile.suffix(level)).toString();
    }

    /** A run whose index is there and whose data file is not. */
    public LiveRun indexedRun(List<Key> ascending) {
        String location = newLocation(1);
        try (KeyIndexWriter writer = indexes.writer(location)) {
            ascending.forEach(writer::add);
            DataFile file = DataFiles.builder(PartitionSpec.unpartitioned())
                    .withPath(location)
                    .withFormat(FileFormat.PARQUET)
                    .withFileSizeInBytes(100)
                    .withRecordCount(ascending.size())
                    .build();
            writer.finish(file);
            return new LiveRun(new RunFile(file, 1), PositionSet.EMPTY);
        }
    }

    /** A different one for each number, and without any order. */
    public static long mixed(long number) {
        long mixed = (number ^ (number >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }

    @Override
    public void close() throws IOException {
        indexes.close();
        io.close();
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
