package dev.firn.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.columns.ColumnBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.InternalReader;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.FileAppender;
import org.apache.iceberg.parquet.Parquet;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written column by column is what Iceberg's own writer writes, for rows of all types that are not nested. */
// Iceberg's writer makes dictionaries with the settings of whichever writer of the process was opened last: Parquet's
// factory of them is static.
@Isolated
class ColumnarWriterModelTest {

    private static final String DICTIONARY = "parquet.enable.dictionary";
    private static final String ROW_GROUP_BYTES = "write.parquet.row-group-size-bytes";

    private final InMemoryFileIO io = new InMemoryFileIO();

    /** Properties of a table, under which both writers cut row groups at the same rows or have one only. */
    private enum Setting {
        DEFAULTS,
        PLAIN,
        SMALL_DICTIONARIES,
        SNAPPY,
        UNCOMPRESSED,
        ZSTD_9,
        NO_STATISTICS,
        BLOOM_FILTERS;

        Map<String, String> properties() {
            return switch (this) {
                case DEFAULTS -> Map.of();
                case PLAIN -> Map.of(DICTIONARY, "false");
                case SMALL_DICTIONARIES ->
                    Map.of("write.parquet.dict-size-bytes", "2000", "write.parquet.page-row-limit", "150");
                case SNAPPY -> Map.of("write.parquet.compression-codec", "snappy");
                case UNCOMPRESSED -> Map.of("write.parquet.compression-codec", "uncompressed");
                case ZSTD_9 ->
                    Map.of("write.parquet.compression-codec", "zstd", "write.parquet.compression-level", "9");
                case NO_STATISTICS ->
                    Map.of(
                            "write.parquet.stats-enabled.column.c_big", "false",
                            "write.parquet.stats-enabled.column.c_string", "false");
                case BLOOM_FILTERS -> bloomFilters();
            };
        }

        private static Map<String, String> bloomFilters() {
            Map<String, String> properties = new HashMap<>();
            for (String column : FlatRows.TYPE.getFieldNames()) {
                properties.put("write.parquet.bloom-filter-enabled.column." + column, "true");
                properties.put("write.parquet.bloom-filter-ndv.column." + column, "1000");
            }
            properties.put("write.parquet.bloom-filter-fpp.column.c_big", "0.2");
            return properties;
        }
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void footersPagesAndFiltersOfFlinksRowsAreThoseOfIcebergsWriter(Setting setting) throws IOException {
        for (long seed = 1; seed <= 4; seed++) {
            RunRows<RowData> rows = RunRows.flink(format(setting.properties()));
            List<RowData> written = FlatRows.random(new Random(seed), 1_000);
            DataFile ours = write(rows, written, "columnar/" + setting + seed + "/ours");
            DataFile theirs = write(rows, written, "columnar/" + setting + seed + "/theirs");
            assertSameFile(ours, theirs, "seed " + seed);
            assertReadAsWritten(ours, written);
        }
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void footersPagesAndFiltersOfInternalRowsAreThoseOfIcebergsWriter(Setting setting) throws IOException {
        RunFormat format = format(setting.properties());
        RunRows<RowData> flink = RunRows.flink(format);
        DataFile source = write(flink, FlatRows.random(new Random(5), 1_000), "internal/" + setting + "/source/theirs");
        List<StructLike> written = internal(format, source);
        RunRows<StructLike> rows = RunRows.internal(format);
        DataFile ours = write(rows, written, "internal/" + setting + "/ours");
        DataFile theirs = write(rows, written, "internal/" + setting + "/theirs");
        assertSameFile(ours, theirs, "internal");
        assertThat(internal(format, ours)).isEqualTo(written);
    }

    @ParameterizedTest(name = "row groups of {0} bytes, pages of {1} rows and {2} bytes")
    @CsvSource({"20000, 100, 1000000", "100000, 77, 500", "1, 10, 100", "200000, 2000, 3000"})
    void rowsAndMetricsStayTheSameWhereverPagesAndRowGroupsEnd(int rowGroupBytes, int pageRows, int pageBytes)
            throws IOException {
        Map<String, String> properties = Map.of(
                ROW_GROUP_BYTES,
                Integer.toString(rowGroupBytes),
                "write.parquet.page-row-limit",
                Integer.toString(pageRows),
                "write.parquet.page-size-bytes",
                Integer.toString(pageBytes),
                "write.parquet.dict-size-bytes",
                "5000");
        RunRows<RowData> rows = RunRows.flink(format(properties));
        List<RowData> written = FlatRows.random(new Random(rowGroupBytes), 2_000);
        DataFile ours = write(rows, written, "groups/" + pageRows + "/ours");
        DataFile theirs = write(rows, written, "groups/" + pageRows + "/theirs");
        assertSameMetrics(ours, theirs, "row groups");
        assertReadAsWritten(ours, written);
        try (ParquetFileReader reader = ParquetFiles.open(io, ours)) {
            assertThat(reader.getRowGroups()).hasSizeGreaterThan(1);
            assertThat(ours.splitOffsets()).hasSameSizeAs(reader.getRowGroups());
            assertPagesAligned(reader);
        }
    }

    private static RunFormat format(Map<String, String> properties) {
        return RunFormat.of(
                        FlinkSchemaUtil.convert(FlatRows.COLUMNS),
                        FlatRows.TYPE,
                        List.of("k_big", "k_string"),
                        SortOrder.unsorted(),
                        properties)
                .expecting(1_000);
    }

    private <T> DataFile write(RunRows<T> rows, List<T> written, String location) throws IOException {
        EncryptedOutputFile output = EncryptedFiles.plainAsEncryptedOutput(io.newOutputFile(location));
        FileAppender<T> appender = location.endsWith("ours")
                ? ColumnarWriter.open(rows, output.encryptingOutputFile()).orElseThrow()
                : RunWriter.byIceberg(rows, output);
        DataWriter<T> writer = new DataWriter<>(
                appender,
                FileFormat.PARQUET,
                location,
                PartitionSpec.unpartitioned(),
                null,
                null,
                rows.format().sortOrder());
        try (writer) {
            written.forEach(writer::write);
        }
        return writer.toDataFile();
    }

    private List<StructLike> internal(RunFormat format, DataFile file) throws IOException {
        try (CloseableIterable<Record> rows = Parquet.read(io.newInputFile(file.location()))
                .project(format.schema())
                .createReaderFunc(type -> InternalReader.create(format.schema(), type))
                .build()) {
            List<StructLike> read = new ArrayList<>();
            rows.forEach(row -> read.add(row.copy()));
            return read;
        }
    }

    private void assertReadAsWritten(DataFile file, List<RowData> written) throws IOException {
        RowDataSerializer serializer = new RowDataSerializer(FlatRows.TYPE);
        int row = 0;
        try (CloseableIterable<RowData> read = new RunReader(io, format(Map.of())).rows(file)) {
            for (RowData value : read) {
                assertThat(serializer.toBinaryRow(value).copy())
                        .as("row %d", row)
                        .isEqualTo(serializer.toBinaryRow(written.get(row)).copy());
                row++;
            }
        }
        assertThat(row).isEqualTo(written.size());
    }

    private static void assertSameMetrics(DataFile ours, DataFile theirs, String as) {
        assertThat(ours.recordCount()).as(as).isEqualTo(theirs.recordCount());
        assertThat(ours.valueCounts()).as(as).isEqualTo(theirs.valueCounts());
        assertThat(ours.nullValueCounts()).as(as).isEqualTo(theirs.nullValueCounts());
        assertThat(ours.nanValueCounts()).as(as).isEqualTo(theirs.nanValueCounts());
        assertThat(ours.lowerBounds()).as(as).isEqualTo(theirs.lowerBounds());
        assertThat(ours.upperBounds()).as(as).isEqualTo(theirs.upperBounds());
        assertThat(ours.columnSizes().keySet())
                .as(as)
                .isEqualTo(theirs.columnSizes().keySet());
    }

    private void assertSameFile(DataFile ours, DataFile theirs, String as) throws IOException {
        assertSameMetrics(ours, theirs, as);
        try (ParquetFileReader left = ParquetFiles.open(io, ours);
                ParquetFileReader right = ParquetFiles.open(io, theirs)) {
            assertThat(left.getFileMetaData().getSchema())
                    .isEqualTo(right.getFileMetaData().getSchema());
            assertThat(left.getFileMetaData().getKeyValueMetaData())
                    .isEqualTo(right.getFileMetaData().getKeyValueMetaData());
            assertThat(left.getFileMetaData().getCreatedBy())
                    .isEqualTo(right.getFileMetaData().getCreatedBy());
            assertThat(left.getRowGroups()).hasSize(1).hasSameSizeAs(right.getRowGroups());
            List<ColumnChunkMetaData> chunks = left.getRowGroups().get(0).getColumns();
            for (int i = 0; i < chunks.size(); i++) {
                ColumnChunkMetaData other =
                        right.getRowGroups().get(0).getColumns().get(i);
                assertSameChunk(
                        left,
                        right,
                        new Chunks(chunks.get(i), other),
                        as + " " + chunks.get(i).getPath());
            }
            assertPagesAligned(left);
        }
    }

    private record Chunks(ColumnChunkMetaData ours, ColumnChunkMetaData theirs) {}

    private static void assertSameChunk(ParquetFileReader left, ParquetFileReader right, Chunks chunks, String as)
            throws IOException {
        ColumnChunkMetaData ours = chunks.ours();
        ColumnChunkMetaData theirs = chunks.theirs();
        assertThat(ours.getEncodings()).as(as).isEqualTo(theirs.getEncodings());
        assertThat(ours.getStatistics()).as(as).isEqualTo(theirs.getStatistics());
        assertThat(ours.getCodec()).as(as).isEqualTo(theirs.getCodec());
        assertThat(ours.getValueCount()).as(as).isEqualTo(theirs.getValueCount());
        assertThat(ours.getSizeStatistics() == null).as(as).isEqualTo(theirs.getSizeStatistics() == null);
        if (ours.getSizeStatistics() != null) {
            assertThat(ours.getSizeStatistics().getUnencodedByteArrayDataBytes())
                    .as(as)
                    .isEqualTo(theirs.getSizeStatistics().getUnencodedByteArrayDataBytes());
        }
        assertThat(left.readColumnIndex(ours) == null).as(as).isEqualTo(right.readColumnIndex(theirs) == null);
        assertThat(left.readOffsetIndex(ours)).as(as).isNotNull();
        assertThat(left.readBloomFilter(ours)).as(as).isEqualTo(right.readBloomFilter(theirs));
        OffsetIndex ourPages = left.readOffsetIndex(ours);
        OffsetIndex theirPages = right.readOffsetIndex(theirs);
        if (left.readColumnIndex(ours) != null && samePages(ourPages, theirPages)) {
            assertThat(bytes(left.readColumnIndex(ours).getMinValues()))
                    .as(as)
                    .isEqualTo(bytes(right.readColumnIndex(theirs).getMinValues()));
            assertThat(bytes(left.readColumnIndex(ours).getMaxValues()))
                    .as(as)
                    .isEqualTo(bytes(right.readColumnIndex(theirs).getMaxValues()));
            assertThat(left.readColumnIndex(ours).getNullCounts())
                    .as(as)
                    .isEqualTo(right.readColumnIndex(theirs).getNullCounts());
            assertThat(left.readColumnIndex(ours).getBoundaryOrder())
                    .as(as)
                    .isEqualTo(right.readColumnIndex(theirs).getBoundaryOrder());
        }
    }

    private static boolean samePages(OffsetIndex ours, OffsetIndex theirs) {
        return starts(ours).equals(starts(theirs));
    }

    private static List<Long> starts(OffsetIndex index) {
        List<Long> starts = new ArrayList<>();
        for (int page = 0; page < index.getPageCount(); page++) {
            starts.add(index.getFirstRowIndex(page));
        }
        return starts;
    }

    private static List<ByteBuffer> bytes(List<ByteBuffer> values) {
        return values.stream().map(ByteBuffer::duplicate).toList();
    }

    private static void assertPagesAligned(ParquetFileReader reader) throws IOException {
        assertThat(ColumnBatch.fits(reader.getFileMetaData().getSchema())).isTrue();
        for (BlockMetaData rowGroup : reader.getRowGroups()) {
            List<Long> first = starts(Objects.requireNonNull(
                    reader.readOffsetIndex(rowGroup.getColumns().get(0))));
            for (ColumnChunkMetaData column : rowGroup.getColumns()) {
                assertThat(starts(Objects.requireNonNull(reader.readOffsetIndex(column))))
                        .isEqualTo(first);
            }
        }
    }
}
