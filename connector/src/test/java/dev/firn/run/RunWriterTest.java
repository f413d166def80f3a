package dev.firn.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;

class RunWriterTest {

    private static final AtomicInteger FILES = new AtomicInteger();
    private static final String LONG = "a key of far more than sixteen characters: ";
    private static final Schema SCHEMA = new Schema(
            List.of(
                    Types.NestedField.optional(1, "payload", Types.StringType.get()),
                    Types.NestedField.required(2, "name", Types.StringType.get()),
                    Types.NestedField.required(3, "id", Types.LongType.get())),
            Set.of(2, 3));
    private static final SortOrder SORT_ORDER =
            SortOrder.builderFor(SCHEMA).withOrderId(7).asc("name").asc("id").build();

    private final InMemoryFileIO io = new InMemoryFileIO();

    @Test
    void rowsAndKeysComeBackInFileOrder() throws IOException {
        DataFile file = write(format(Map.of()), 5_000);

        assertThat(file.recordCount()).isEqualTo(5_000);
        assertThat(file.format()).isEqualTo(FileFormat.PARQUET);
        assertThat(file.sortOrderId()).isEqualTo(7);
        assertThat(file.splitOffsets()).hasSize(1);
        assertThat(file.fileSizeInBytes())
                .isEqualTo(io.newInputFile(file.location()).getLength());
        RunReader reader = new RunReader(io, format(Map.of()));
        try (CloseableIterable<RowData> rows = reader.rows(file)) {
            int i = 0;
            List<RowData> kept = new ArrayList<>();
            for (RowData row : rows) {
                kept.add(row);
            }
            for (RowData row : kept) {
                assertThat(row).isEqualTo(row(i++));
            }
            assertThat(i).isEqualTo(5_000);
        }
        try (CloseableIterable<RowData> keys = reader.keys(file)) {
            int i = 0;
            for (RowData key : keys) {
                assertThat(key.getArity()).isEqualTo(2);
                assertThat(key.getString(0).toString()).isEqualTo(name(i));
                assertThat(key.getLong(1)).isEqualTo(-i);
                i++;
            }
            assertThat(i).isEqualTo(5_000);
        }
    }

    @Test
    void keyBoundsAreExactWhateverTheTableSays() throws IOException {
        DataFile file = write(
                format(Map.of(
                        "write.metadata.metrics.default", "none",
                        "write.metadata.metrics.column.name", "truncate(2)",
                        "write.parquet.stats-enabled.column.name", "false")),
                300);

        assertThat(bound(Types.StringType.get(), file.lowerBounds(), 2)).isEqualTo(name(0));
        assertThat(bound(Types.StringType.get(), file.upperBounds(), 2)).isEqualTo(name(299));
        assertThat(bound(Types.LongType.get(), file.lowerBounds(), 3)).isEqualTo(-299L);
        assertThat(bound(Types.LongType.get(), file.upperBounds(), 3)).isEqualTo(0L);
        assertThat(file.lowerBounds()).doesNotContainKey(1);
    }

    @Test
    void boundsOfKeysBeyondParquetsStatisticsLimitAreExact() throws IOException {
        Schema schema = new Schema(
                Types.NestedField.required(4, "text. key", Types.StringType.get()),
                Types.NestedField.required(5, "bin", Types.BinaryType.get()),
                Types.NestedField.required(6, "dec", Types.DecimalType.of(20, 2)),
                Types.NestedField.required(7, "at", Types.TimestampNanoType.withoutZone()),
                Types.NestedField.required(8, "flag", Types.BooleanType.get()));
        RunFormat format = RunFormat.of(
                schema,
                FlinkSchemaUtil.convert(schema),
                List.of("text. key", "bin", "dec", "at", "flag"),
                SortOrder.unsorted(),
                Map.of("write.parquet.bloom-filter-enabled.column.flag", "true"));
        String low = "\u0000".repeat(5_000);
        String high = "\uFFFD" + "\uD83D\uDE00".repeat(3_000);
        byte[] highest = new byte[5_000];
        Arrays.fill(highest, (byte) -1);
        DataFile file;
        try (RunWriter<RowData> writer = open(format, "limits")) {
            writer.append(limits(low, highest, "-999999999999999999.99", -7, false));
            writer.append(limits(high, new byte[0], "0.01", 1, true));
            file = writer.finish();
        }

        assertThat(bound(Types.StringType.get(), file.lowerBounds(), 4)).isEqualTo(low);
        assertThat(bound(Types.StringType.get(), file.upperBounds(), 4)).isEqualTo(high);
        assertThat(bound(Types.BinaryType.get(), file.lowerBounds(), 5)).isEqualTo(ByteBuffer.allocate(0));
        assertThat(bound(Types.BinaryType.get(), file.upperBounds(), 5)).isEqualTo(ByteBuffer.wrap(highest));
        assertThat(bound(Types.DecimalType.of(20, 2), file.lowerBounds(), 6))
                .isEqualTo(new BigDecimal("-999999999999999999.99"));
        assertThat(bound(Types.DecimalType.of(20, 2), file.upperBounds(), 6)).isEqualTo(new BigDecimal("0.01"));
        assertThat(bound(Types.TimestampNanoType.withoutZone(), file.lowerBounds(), 7))
                .isEqualTo(-7_000_000L + 3);
        assertThat(bound(Types.BooleanType.get(), file.upperBounds(), 8)).isEqualTo(true);
        try (ParquetFileReader parquet = open(file)) {
            List<Boolean> filters = new ArrayList<>();
            for (ColumnChunkMetaData column :
                    parquet.getFooter().getBlocks().get(0).getColumns()) {
                filters.add(parquet.readBloomFilter(column) != null);
            }
            assertThat(filters).containsExactly(true, true, true, true, false);
        }
    }

    private static RowData limits(String text, byte[] bin, String dec, long millis, boolean flag) {
        return GenericRowData.of(
                StringData.fromString(text),
                bin,
                DecimalData.fromBigDecimal(new BigDecimal(dec), 20, 2),
                TimestampData.fromEpochMillis(millis, 3),
                flag);
    }

    @Test
    void otherColumnsKeepTheMetricsOfTheTable() throws IOException {
        DataFile file = write(format(Map.of("write.metadata.metrics.column.payload", "truncate(3)")), 300);

        assertThat(bound(Types.StringType.get(), file.lowerBounds(), 1)).isEqualTo("pay");
    }

    @Test
    void keyColumnsHaveBloomFiltersOfTheExpectedSize() throws IOException {
        DataFile small = write(format(Map.of()).expecting(100), 100);
        DataFile large = write(format(Map.of()).expecting(100_000), 100);

        try (ParquetFileReader parquet = open(small)) {
            BlockMetaData block = parquet.getFooter().getBlocks().get(0);
            assertThat(parquet.readBloomFilter(column(block, "payload"))).isNull();
            var filter = parquet.readBloomFilter(column(block, "id"));
            assertThat(filter).isNotNull();
            assertThat(filter.findHash(filter.hash(-42L))).isTrue();
            assertThat(filter.getBitsetSize()).isLessThan(1_000);
            assertThat(parquet.readBloomFilter(column(block, "name"))).isNotNull();
        }
        assertThat(large.fileSizeInBytes()).isGreaterThan(small.fileSizeInBytes() + 200_000);
    }

    @Test
    void pagesAreSmallUnlessTheTableSaysOtherwise() throws IOException {
        assertThat(rowsOfFirstPage(write(format(Map.of()), 9_000))).isEqualTo(2_000);
        assertThat(rowsOfFirstPage(write(format(Map.of("write.parquet.page-row-limit", "500")), 9_000)))
                .isEqualTo(500);
    }

    @Test
    void parquetPropertiesOfTheTableApply() throws IOException {
        DataFile file = write(
                format(Map.of(
                        "write.format.default", "avro",
                        "write.parquet.compression-codec", "gzip",
                        "write.parquet.row-group-size-bytes", "65536")),
                9_000);

        try (ParquetFileReader parquet = open(file)) {
            assertThat(parquet.getFooter().getBlocks().size()).isGreaterThan(1);
            assertThat(column(parquet.getFooter().getBlocks().get(0), "name").getCodec())
                    .isEqualTo(CompressionCodecName.GZIP);
            assertThat(file.splitOffsets()).hasSameSizeAs(parquet.getFooter().getBlocks());
        }
    }

    @Test
    void bytesGrowWhileRowsAreBuffered() throws IOException {
        try (RunWriter<RowData> writer = open(format(Map.of()), "grow")) {
            for (int i = 0; i < 1_000; i++) {
                writer.append(row(i));
            }
            assertThat(writer.rows()).isEqualTo(1_000);
            assertThat(writer.bytes()).isGreaterThan(1_000);
            DataFile file = writer.finish();
            assertThat(writer.bytes()).isEqualTo(file.fileSizeInBytes());
        }
        assertThat(io.fileExists("run-writer/grow-L0.parquet")).isTrue();
    }

    @Test
    void aWriterThatIsClosedUnfinishedDeletesItsFile() throws IOException {
        try (RunWriter<RowData> writer = open(format(Map.of()), "abort")) {
            writer.append(row(1));
        }
        try (RunWriter<RowData> writer = open(format(Map.of()), "nothing")) {
            assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
        }
        assertThat(io.fileExists("run-writer/abort-L0.parquet")).isFalse();
        assertThat(io.fileExists("run-writer/nothing-L0.parquet")).isFalse();
    }

    @Test
    void aFileThatCannotBeWrittenIsDeleted() throws IOException {
        List<String> deleted = new ArrayList<>();
        FileIO deletes = new InMemoryFileIO() {
            @Override
            public void deleteFile(String location) {
                deleted.add(location);
            }
        };
        OutputFile full = new OutputFile() {
            @Override
            public PositionOutputStream create() {
                throw new UncheckedIOException(new IOException("disk full"));
            }

            @Override
            public PositionOutputStream createOrOverwrite() {
                return create();
            }

            @Override
            public String location() {
                return "run-writer/full-L0.parquet";
            }

            @Override
            public InputFile toInputFile() {
                return deletes.newInputFile(location());
            }
        };
        try (RunWriter<RowData> writer = RunWriter.open(
                format(Map.of()),
                deletes,
                EncryptedFiles.plainAsEncryptedOutput(full),
                PartitionSpec.unpartitioned(),
                null)) {
            writer.append(row(1));
            assertThatThrownBy(writer::finish)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasStackTraceContaining("disk full");
        }
        assertThat(deleted).containsExactly("run-writer/full-L0.parquet");
    }

    @Test
    void rowsThatTheTableDoesNotHaveAreRefused() {
        RowType rowType = FlinkSchemaUtil.convert(SCHEMA);
        RowType shuffled = new RowType(List.of(
                rowType.getFields().get(1),
                rowType.getFields().get(0),
                rowType.getFields().get(2)));
        assertThatThrownBy(() -> RunFormat.of(SCHEMA, shuffled, List.of("id"), SORT_ORDER, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[name, payload, id]")
                .hasMessageContaining("[payload, name, id]");
        assertThatThrownBy(() -> RunFormat.of(SCHEMA, rowType, List.of("ident"), SORT_ORDER, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ident");
        assertThatThrownBy(() -> RunFormat.of(SCHEMA, rowType, List.of("id", "id"), SORT_ORDER, Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RunFormat.of(SCHEMA, rowType, List.of(), SORT_ORDER, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("identifier fields");
    }

    private DataFile write(RunFormat format, int rows) throws IOException {
        try (RunWriter<RowData> writer = open(format, "run" + FILES.incrementAndGet())) {
            for (int i = 0; i < rows; i++) {
                writer.append(row(i));
            }
            return writer.finish();
        }
    }

    private RunWriter<RowData> open(RunFormat format, String name) {
        EncryptedOutputFile file = EncryptedFiles.plainAsEncryptedOutput(
                io.newOutputFile("run-writer/" + name + "-" + RunFile.suffix(0) + ".parquet"));
        return RunWriter.open(format, io, file, PartitionSpec.unpartitioned(), null);
    }

    private static RunFormat format(Map<String, String> properties) {
        return RunFormat.of(
                SCHEMA, FlinkSchemaUtil.convert(SCHEMA), List.of("name", "id"), SORT_ORDER, new HashMap<>(properties));
    }

    private static String name(int i) {
        return LONG + (100_000 + i) + " and its end";
    }

    private static RowData row(int i) {
        return GenericRowData.of(StringData.fromString("payload " + i % 7), StringData.fromString(name(i)), (long) -i);
    }

    private static Object bound(Type type, Map<Integer, ByteBuffer> bounds, int fieldId) {
        Object value = Conversions.fromByteBuffer(type, Objects.requireNonNull(bounds.get(fieldId)));
        return value instanceof CharSequence text ? text.toString() : value;
    }

    private static ColumnChunkMetaData column(BlockMetaData block, String name) {
        return block.getColumns().stream()
                .filter(column -> column.getPath().toDotString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private long rowsOfFirstPage(DataFile file) throws IOException {
        try (ParquetFileReader parquet = open(file)) {
            BlockMetaData block = parquet.getFooter().getBlocks().get(0);
            return parquet.readOffsetIndex(column(block, "name")).getLastRowIndex(0, block.getRowCount()) + 1;
        }
    }

    private ParquetFileReader open(DataFile file) throws IOException {
        return ParquetFiles.open(io, file);
    }
}
