package dev.firn.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.encryption.EncryptionKeyMetadata;
import org.apache.iceberg.encryption.NativeEncryptionInputFile;
import org.apache.iceberg.encryption.NativeEncryptionKeyMetadata;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.iceberg.mapping.MappingUtil;
import org.apache.iceberg.mapping.NameMappingParser;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageReaderTest {

    private static final NestedField ID = NestedField.required(1, "id", Types.LongType.get());
    private static final NestedField VALUE = NestedField.optional(2, "value", Types.StringType.get());
    private static final NestedField REGION = NestedField.required(3, "region", Types.StringType.get());
    private static final NestedField RANK = NestedField.optional("rank")
            .withId(4)
            .ofType(Types.IntegerType.get())
            .withInitialDefault(Literal.of(17))
            .build();
    private static final Schema SCHEMA = new Schema(ID, VALUE, REGION, RANK);
    private static final PartitionSpec SPEC =
            PartitionSpec.builderFor(SCHEMA).withSpecId(1).identity("region").build();
    private static final LogicalType LONG = new BigIntType();
    private static final LogicalType STRING = new VarCharType(VarCharType.MAX_LENGTH);

    private static final Map<String, String> PAGES =
            Map.of("write.parquet.page-row-limit", "500", "write.parquet.dict-size-bytes", "1000");

    private static final Map<String, String> ROW_GROUPS = Map.of(
            "write.parquet.row-group-size-bytes", "20000",
            "write.parquet.row-group-check-min-record-count", "100",
            "write.parquet.row-group-check-max-record-count", "200");
    private static final NativeEncryptionKeyMetadata KEY = new Key();

    @TempDir
    private Path directory;

    private final InMemoryFileIO io = new InMemoryFileIO();

    @Test
    void columnsComeInTheOrderAskedForWithDefaultsAndPartitionForThoseThatTheFileLacks() throws IOException {
        DataFile file = write(new Schema(ID, VALUE), 10, null);
        ImageReader reader = reader(
                new Schema(RANK, REGION, VALUE, ID), RowType.of(new SmallIntType(), STRING, STRING, LONG), Map.of());

        assertThat(rows(reader, file, 3, 7))
                .containsExactly(
                        GenericRowData.of((short) 17, string("EU"), null, 30L),
                        GenericRowData.of((short) 17, string("EU"), string("value 7"), 70L));
    }

    @Test
    void aRowsIdIsItsPositionInTheFileBehindTheFirstOne() throws IOException {
        DataFile file = write(new Schema(ID, VALUE), 10, 1_000L);
        ImageReader reader =
                reader(new Schema(ID, MetadataColumns.ROW_ID, VALUE), RowType.of(LONG, LONG, STRING), Map.of());

        assertThat(rows(reader, file, 0, 4, 5))
                .containsExactly(
                        GenericRowData.of(0L, 1_000L, null),
                        GenericRowData.of(40L, 1_004L, string("value 4")),
                        GenericRowData.of(50L, 1_005L, string("value 5")));
        assertThat(rows(reader, write(new Schema(ID, VALUE), 10, null), 4))
                .containsExactly(GenericRowData.of(40L, null, string("value 4")));
    }

    @Test
    void aRowsIdIsThatOfTheFilesColumnWhereItHasOne() throws IOException {
        DataFile file = write(new Schema(ID, MetadataColumns.ROW_ID), 10, 1_000L);
        ImageReader reader = reader(new Schema(MetadataColumns.ROW_ID, ID), RowType.of(LONG, LONG), Map.of());

        assertThat(rows(reader, file, 2, 3))
                .containsExactly(GenericRowData.of(7_002L, 20L), GenericRowData.of(1_003L, 30L));
    }

    @Test
    void rowsMayHaveNoColumnOfTheFile() throws IOException {
        DataFile file = write(new Schema(ID), 10, 1_000L);
        ImageReader reader = reader(new Schema(MetadataColumns.ROW_ID, REGION), RowType.of(LONG, STRING), Map.of());

        assertThat(rows(reader, file, 9)).containsExactly(GenericRowData.of(1_009L, string("EU")));
    }

    @Test
    void rowsAreKeptWhenOthersAreRead() throws IOException {
        ImageReader reader = reader(new Schema(ID), RowType.of(LONG), Map.of());

        try (ImageRows rows = reader.rows(write(new Schema(ID), 10, null), SPEC, wanted(10, 1, 2))) {
            assertThat(rows.position()).isEqualTo(-1);
            assertThatThrownBy(rows::row).isInstanceOf(IllegalStateException.class);
            assertThat(rows.next()).isTrue();
            RowData first = rows.row();
            assertThat(rows.position()).isEqualTo(1);
            assertThat(rows.next()).isTrue();
            assertThat(rows.row()).isNotSameAs(first);
            assertThat(first).isEqualTo(GenericRowData.of(10L));
            assertThat(rows.next()).isFalse();
            assertThat(rows.next()).isFalse();
            assertThatThrownBy(rows::row).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void whatCannotBeReadIsAnErrorThatSaysSo() throws IOException {
        ImageReader reader = reader(new Schema(ID), RowType.of(LONG), Map.of());
        DataFile orc = DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath("x.orc")
                .withFormat(FileFormat.ORC)
                .withFileSizeInBytes(1)
                .withRecordCount(1)
                .build();
        DataFile lacking = write(new Schema(VALUE), 10, null);
        DataFile shorter = write(new Schema(ID), 10, null);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> reader.rows(orc, SPEC, WantedPositions.all(1)))
                .withMessageContainingAll("x.orc", "Parquet");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rows(reader, lacking, 1))
                .withMessageContaining("id");
        assertThatThrownBy(() -> {
                    try (ImageRows rows = reader.rows(shorter, SPEC, new WantedPositions(10, 11, position -> 10))) {
                        rows.next();
                    }
                })
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("No row at position 10");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> reader(new Schema(ID), RowType.of(LONG, new IntType()), Map.of()))
                .withMessageContaining("2 fields");
    }

    @Test
    void ofScatteredRowsAFewPagesAreRead() throws IOException {
        TrackedFileIO tracked = new TrackedFileIO(io);
        DataFile file = write(SCHEMA, 50_000, null, PAGES);
        ImageReader reader = new ImageReader(tracked, new Schema(VALUE, ID), RowType.of(STRING, LONG), Map.of());

        assertThat(rows(reader, file, 5, 20_001, 49_999))
                .containsExactly(
                        GenericRowData.of(string("value 5"), 50L),
                        GenericRowData.of(null, 200_010L),
                        GenericRowData.of(string("value 49999"), 499_990L));
        assertThat(tracked.bytesRead()).isBetween(1_000L, file.fileSizeInBytes() / 10);

        long before = tracked.bytesRead();
        assertThat(rows(reader, file, 25_000)).hasSize(1);
        assertThat(tracked.bytesRead() - before).isLessThan(file.fileSizeInBytes() / 20);
    }

    @Test
    void pagesThatBeginAtDifferentRowsAreReadUpToWhereAllBegin() throws IOException {
        Map<String, String> byBytes = Map.of(
                "write.parquet.page-row-limit", "1000",
                "write.parquet.page-size-bytes", "1500",
                "write.parquet.dict-size-bytes", "1",
                "write.parquet.compression-codec", "uncompressed");
        DataFile file = write(new Schema(ID, VALUE), 5_000, null, byBytes);
        ImageReader reader = reader(new Schema(ID, VALUE), RowType.of(LONG, STRING), Map.of());

        assertThat(rows(reader, file, 130, 2_500, 4_999))
                .containsExactly(
                        GenericRowData.of(1_300L, string("value 130")),
                        GenericRowData.of(25_000L, string("value 2500")),
                        GenericRowData.of(49_990L, string("value 4999")));
    }

    @Test
    void rowGroupsWithoutWantedRowsAreNotRead() throws IOException {
        TrackedFileIO tracked = new TrackedFileIO(io);
        DataFile file = write(SCHEMA, 20_000, null, ROW_GROUPS);
        assertThat(Objects.requireNonNull(file.splitOffsets())).hasSizeGreaterThan(10);
        ImageReader reader =
                new ImageReader(tracked, new Schema(ID, VALUE, REGION), RowType.of(LONG, STRING, STRING), Map.of());

        assertThat(rows(reader, file, 0, 19_999)).hasSize(2);
        assertThat(tracked.bytesRead()).isLessThan(file.fileSizeInBytes() / 3);
    }

    @Test
    void aFileWithoutFieldIdsIsReadByTheNameMappingAndWithoutOneByTheOrderOfItsColumns() throws IOException {
        TrackedFileIO tracked = new TrackedFileIO(io);
        DataFile file = writeWithoutIds(3_000);
        Schema columns = new Schema(NestedField.optional(1, "id", Types.LongType.get()), RANK);
        RowType type = RowType.of(LONG, new IntType());
        Map<String, String> mapping =
                Map.of("schema.name-mapping.default", NameMappingParser.toJson(MappingUtil.create(SCHEMA)));

        assertThat(rows(new ImageReader(tracked, columns, type, mapping), file, 7, 2_999))
                .containsExactly(GenericRowData.of(70L, 17), GenericRowData.of(29_990L, 17));
        assertThat(rows(new ImageReader(tracked, columns, type, Map.of()), file, 7, 2_999))
                .containsExactly(GenericRowData.of(70L, 17), GenericRowData.of(29_990L, 17));
        assertThat(tracked.openStreams()).isEqualTo(0);
    }

    @Test
    void aFileThatParquetEncryptsIsReadByRowGroups() throws IOException {
        DataWriter<Record> writer = Parquet.writeData(io.newOutputFile("secret.parquet"))
                .schema(SCHEMA.select("id"))
                .createWriterFunc(GenericParquetWriter::create)
                .setAll(ROW_GROUPS)
                .withFileEncryptionKey(KEY.encryptionKey())
                .withAADPrefix(KEY.aadPrefix())
                .withSpec(PartitionSpec.unpartitioned())
                .build();
        try (writer) {
            for (int i = 0; i < 20_000; i++) {
                writer.write(GenericRecord.create(SCHEMA.select("id")).copy(Map.of("id", 10L * i)));
            }
        }
        DataFile file = DataFiles.builder(PartitionSpec.unpartitioned())
                .copy(writer.toDataFile())
                .withFirstRowId(100L)
                .build();
        assertThat(Objects.requireNonNull(file.splitOffsets())).hasSizeGreaterThan(3);
        TrackedFileIO tracked = new TrackedFileIO(io);
        FileIO decrypting = new TrackedFileIO(tracked) {
            @Override
            public InputFile newInputFile(DataFile dataFile) {
                return new Decrypting(tracked.newInputFile(dataFile.location()));
            }
        };
        ImageReader reader =
                new ImageReader(decrypting, new Schema(ID, MetadataColumns.ROW_ID), RowType.of(LONG, LONG), Map.of());

        assertThat(rows(reader, file, 14_000, 19_999))
                .containsExactly(GenericRowData.of(140_000L, 14_100L), GenericRowData.of(199_990L, 20_099L));
        assertThat(tracked.openStreams()).isEqualTo(0);
        assertThatThrownBy(() -> rows(new ImageReader(tracked, new Schema(ID), RowType.of(LONG), Map.of()), file, 1))
                .hasMessageContaining("encrypted");
        assertThat(tracked.openStreams()).isEqualTo(0);
    }

    @Test
    void nothingIsOpenedAheadOfTheFirstRowAndNothingIsLeftOpen() throws IOException {
        TrackedFileIO tracked = new TrackedFileIO(io);
        DataFile file = write(new Schema(ID, VALUE), 5_000, null, PAGES);
        ImageReader reader = new ImageReader(tracked, new Schema(ID), RowType.of(LONG), Map.of());

        try (ImageRows rows = reader.rows(file, SPEC, wanted(5_000, 3, 4_000))) {
            assertThat(tracked.opened()).hasSize(0);
            assertThat(rows.next()).isTrue();
            assertThat(tracked.opened()).hasSize(1);
            assertThat(tracked.openStreams()).isEqualTo(1);
        }
        assertThat(tracked.openStreams()).isEqualTo(0);

        DataFile lacking = write(new Schema(VALUE), 10, null);
        assertThatIllegalArgumentException().isThrownBy(() -> rows(reader, lacking, 1));
        assertThat(tracked.opened()).hasSize(2);
        assertThat(tracked.openStreams()).isEqualTo(0);
    }

    private ImageReader reader(Schema columns, RowType type, Map<String, String> properties) {
        return new ImageReader(io, columns, type, properties);
    }

    private static List<RowData> rows(ImageReader reader, DataFile file, long... positions) throws IOException {
        List<RowData> read = new ArrayList<>();
        try (ImageRows rows = reader.rows(file, SPEC, wanted(file.recordCount(), positions))) {
            while (rows.next()) {
                assertThat(rows.position()).isEqualTo(positions[read.size()]);
                read.add(rows.row());
            }
        }
        return read;
    }

    static WantedPositions wanted(long end, long... positions) {
        TreeSet<Long> sorted = new TreeSet<>();
        for (long position : positions) {
            sorted.add(position);
        }
        return new WantedPositions(sorted.first(), end, position -> {
            Long next = sorted.ceiling(position);
            return next == null ? end : next;
        });
    }

    private DataFile write(Schema columns, int rows, @Nullable Long firstRowId) {
        return write(columns, rows, firstRowId, Map.of());
    }

    private DataFile writeWithoutIds(int rows) throws IOException {
        MessageType type = MessageTypeParser.parseMessageType("message m { required int64 id; }");
        Path path = directory.resolve("imported.parquet");
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new LocalOutputFile(path))
                .withType(type)
                .withPageRowCountLimit(100)
                .build()) {
            for (int i = 0; i < rows; i++) {
                SimpleGroup row = new SimpleGroup(type);
                row.add("id", 10L * i);
                writer.write(row);
            }
        }
        byte[] bytes = Files.readAllBytes(path);
        io.addFile("imported.parquet", bytes);
        return DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath("imported.parquet")
                .withFormat(FileFormat.PARQUET)
                .withFileSizeInBytes(bytes.length)
                .withRecordCount(rows)
                .build();
    }

    /** Row n has the id 10 n, a value but for every third one, and a row id of its own but for odd ones. */
    private DataFile write(Schema columns, int rows, @Nullable Long firstRowId, Map<String, String> layout) {
        String location = UUID.randomUUID() + ".parquet";
        PartitionData partition = new PartitionData(SPEC.partitionType());
        partition.set(0, "EU");
        DataWriter<Record> writer = writer(columns, location, partition, layout);
        try (writer) {
            for (int i = 0; i < rows; i++) {
                Map<String, @Nullable Object> values = new HashMap<>();
                values.put("id", 10L * i);
                values.put("region", "EU");
                values.put("rank", i);
                values.put("value", i % 3 == 0 ? null : "value " + i);
                values.put("_row_id", i % 2 == 0 ? 7_000L + i : null);
                values.keySet()
                        .retainAll(columns.columns().stream()
                                .map(NestedField::name)
                                .toList());
                writer.write(GenericRecord.create(columns).copy(values));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        DataFile written = writer.toDataFile();
        return firstRowId == null
                ? written
                : DataFiles.builder(SPEC)
                        .copy(written)
                        .withFirstRowId(firstRowId)
                        .build();
    }

    private static StringData string(String value) {
        return StringData.fromString(value);
    }

    private DataWriter<Record> writer(
            Schema columns, String location, PartitionData partition, Map<String, String> layout) {
        try {
            return Parquet.writeData(io.newOutputFile(location))
                    .schema(columns)
                    .createWriterFunc(GenericParquetWriter::create)
                    .setAll(layout)
                    .withSpec(SPEC)
                    .withPartition(partition)
                    .overwrite()
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Key implements NativeEncryptionKeyMetadata {

        @Override
        public ByteBuffer encryptionKey() {
            return ByteBuffer.wrap("0123456789abcdef".getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public ByteBuffer aadPrefix() {
            return ByteBuffer.wrap("prefix".getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public ByteBuffer buffer() {
            return encryptionKey();
        }

        @Override
        public EncryptionKeyMetadata copy() {
            return this;
        }
    }

    private record Decrypting(InputFile file) implements NativeEncryptionInputFile {

        @Override
        public NativeEncryptionKeyMetadata keyMetadata() {
            return KEY;
        }

        @Override
        public InputFile encryptedInputFile() {
            return file;
        }

        @Override
        public long getLength() {
            return file.getLength();
        }

        @Override
        public SeekableInputStream newStream() {
            return file.newStream();
        }

        @Override
        public String location() {
            return file.location();
        }

        @Override
        public boolean exists() {
            return file.exists();
        }
    }
}
