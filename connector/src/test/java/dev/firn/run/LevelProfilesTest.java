package dev.firn.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LevelProfilesTest {

    private static final Schema SCHEMA = new Schema(
            List.of(
                    NestedField.required(1, "id", Types.LongType.get()),
                    NestedField.required(2, "value", Types.StringType.get())),
            Set.of(1));
    private static final int ROWS = 5_000;
    private static final LevelProfiles PROFILES = new LevelProfiles(
            new ParquetProfile(
                    ParquetCodec.of(ParquetCodec.Kind.SNAPPY),
                    new ParquetProfile.Pages(500, 1 << 20),
                    1 << 20,
                    ParquetProfile.Dictionary.OFF),
            new ParquetProfile(
                    ParquetCodec.zstd(9),
                    new ParquetProfile.Pages(1_000, 1 << 20),
                    1 << 20,
                    ParquetProfile.Dictionary.ON),
            LevelCodecs.NOT_CHOSEN);

    private final InMemoryFileIO io = new InMemoryFileIO();

    @Test
    void aFileIsWrittenByTheProfileOfItsLevel() throws IOException {
        ColumnChunkMetaData flushed = column(PROFILES, Map.of(), 0);
        assertThat(flushed.getCodec()).isEqualTo(CompressionCodecName.SNAPPY);
        assertThat(flushed.hasDictionaryPage()).isFalse();
        assertThat(pages(PROFILES, Map.of(), 0)).isEqualTo(10);

        for (int level : new int[] {1, 5}) {
            ColumnChunkMetaData compacted = column(PROFILES, Map.of(), level);
            assertThat(compacted.getCodec()).isEqualTo(CompressionCodecName.ZSTD);
            assertThat(compacted.hasDictionaryPage())
                    .as("%s, %s", compacted, compacted.getEncodingStats())
                    .isTrue();
            assertThat(pages(PROFILES, Map.of(), level)).isEqualTo(5);
        }
    }

    @Test
    void whatEveryNewTableHasIsNotTakenForTheUsersWish() throws IOException {
        Map<String, String> unasked = new HashMap<>(LevelProfiles.UNASKED);

        assertThat(column(PROFILES, unasked, 0).getCodec()).isEqualTo(CompressionCodecName.SNAPPY);
        assertThat(pages(PROFILES, unasked, 0)).isEqualTo(10);
    }

    @Test
    void icebergSetsACodecOnEveryTableThatItCreates() throws IOException {
        Map<String, String> unasked = newTable(Map.of());
        Map<String, String> asked = newTable(Map.of("write.parquet.compression-codec", "gzip"));

        assertThat(unasked).containsEntry("write.parquet.compression-codec", "zstd");
        assertThat(unasked.keySet().stream().filter(key -> key.startsWith("write.parquet")))
                .containsExactly("write.parquet.compression-codec");
        assertThat(LevelProfiles.UNASKED).containsAllEntriesOf(unasked);
        assertThat(asked).containsEntry("write.parquet.compression-codec", "gzip");
    }

    @Test
    void aPropertyOfTheTableWinsOverTheProfile() throws IOException {
        Map<String, String> table = Map.of(
                "write.parquet.compression-codec", "gzip",
                "write.parquet.page-row-limit", "250",
                "parquet.enable.dictionary", "true");

        for (int level : new int[] {0, 1}) {
            ColumnChunkMetaData column = column(PROFILES, table, level);
            assertThat(column.getCodec()).isEqualTo(CompressionCodecName.GZIP);
            assertThat(PROFILES.format(format(table), level).writeProperties())
                    .containsEntry("parquet.enable.dictionary", "true");
            assertThat(pages(PROFILES, table, level)).isEqualTo(20);
        }
    }

    @Test
    void aCompressionLevelOfTheTableKeepsItsCodecAtAllLevels() {
        Map<String, String> table =
                Map.of("write.parquet.compression-codec", "zstd", "write.parquet.compression-level", "5");

        for (int level : new int[] {0, 1}) {
            assertThat(PROFILES.format(format(table), level).tableProperties()).containsAllEntriesOf(table);
        }
    }

    @Test
    void aChosenCodecWinsOverThePropertyOfTheTable() throws IOException {
        Map<String, String> table =
                Map.of("write.parquet.compression-codec", "zstd", "write.parquet.compression-level", "5");
        LevelProfiles chosen = PROFILES.choosing(new LevelCodecs(ParquetCodec.parse("LZ4_raw"), ParquetCodec.zstd(1)));

        assertThat(column(chosen, table, 0).getCodec()).isEqualTo(CompressionCodecName.LZ4_RAW);
        assertThat(chosen.format(format(table), 1).tableProperties())
                .containsEntry("write.parquet.compression-codec", "zstd")
                .containsEntry("write.parquet.compression-level", "1");
    }

    @ParameterizedTest
    @EnumSource
    void everyCodecIsWrittenAndRead(ParquetCodec.Kind kind) throws IOException {
        LevelProfiles profiles = PROFILES.choosing(new LevelCodecs(ParquetCodec.of(kind), null));
        DataFile file = write(profiles, Map.of(), 0);

        assertThat(column(file).getCodec().name()).isEqualTo(kind.name());
        assertThat(read(file)).isEqualTo(rows());
    }

    @Test
    void compressionLevelsApply() throws IOException {
        long fast = write(PROFILES.choosing(new LevelCodecs(ParquetCodec.zstd(1), null)), Map.of(), 0)
                .fileSizeInBytes();
        long dense = write(PROFILES.choosing(new LevelCodecs(ParquetCodec.zstd(19), null)), Map.of(), 0)
                .fileSizeInBytes();

        assertThat(dense).isLessThan(fast);
    }

    @Test
    void theDefaultsKeepFewRowsAPage() {
        for (int level : new int[] {0, 1, 9}) {
            assertThat(LevelProfiles.defaults().forLevel(level).pages().rows()).isBetween(2_000, 4_000);
        }
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> ParquetCodec.parse("lzo"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lzo")
                .hasMessageContaining("[uncompressed, snappy, lz4_raw, zstd]");
        assertThatThrownBy(() -> ParquetCodec.zstd(23)).hasMessageContaining("1 to 22");
        assertThatThrownBy(() -> new ParquetCodec(ParquetCodec.Kind.SNAPPY, 1)).hasMessageContaining("no levels");
    }

    private static Map<String, String> newTable(Map<String, String> properties) throws IOException {
        try (InMemoryCatalog catalog = new InMemoryCatalog()) {
            catalog.initialize("memory", Map.of());
            catalog.createNamespace(Namespace.of("db"));
            return catalog.createTable(TableIdentifier.of("db", "t"), SCHEMA, PartitionSpec.unpartitioned(), properties)
                    .properties();
        }
    }

    private ColumnChunkMetaData column(LevelProfiles profiles, Map<String, String> table, int level)
            throws IOException {
        return column(write(profiles, table, level));
    }

    private ColumnChunkMetaData column(DataFile file) throws IOException {
        try (ParquetFileReader parquet = ParquetFiles.open(io, file)) {
            return parquet.getFooter().getBlocks().get(0).getColumns().get(1);
        }
    }

    private int pages(LevelProfiles profiles, Map<String, String> table, int level) throws IOException {
        DataFile file = write(profiles, table, level);
        try (ParquetFileReader parquet = ParquetFiles.open(io, file)) {
            ColumnChunkMetaData column =
                    parquet.getFooter().getBlocks().get(0).getColumns().get(1);
            return Objects.requireNonNull(parquet.readOffsetIndex(column)).getPageCount();
        }
    }

    private DataFile write(LevelProfiles profiles, Map<String, String> table, int level) throws IOException {
        RunFormat format = profiles.format(format(table), level);
        var output =
                EncryptedFiles.plainAsEncryptedOutput(io.newOutputFile("profiles/" + UUID.randomUUID() + ".parquet"));
        try (RunWriter<RowData> writer = RunWriter.open(format, io, output, PartitionSpec.unpartitioned(), null)) {
            rows().forEach(writer::append);
            return writer.finish();
        }
    }

    private List<RowData> read(DataFile file) throws IOException {
        List<RowData> rows = new ArrayList<>();
        try (CloseableIterable<RowData> read = new RunReader(io, format(Map.of())).rows(file)) {
            read.forEach(rows::add);
        }
        return rows;
    }

    private static List<RowData> rows() {
        List<RowData> rows = new ArrayList<>();
        for (long i = 0; i < ROWS; i++) {
            rows.add(GenericRowData.of(i, StringData.fromString("one value of " + i * i % 700)));
        }
        return rows;
    }

    private static RunFormat format(Map<String, String> tableProperties) {
        return RunFormat.of(
                SCHEMA, FlinkSchemaUtil.convert(SCHEMA), List.of("id"), SortOrder.unsorted(), tableProperties);
    }
}
