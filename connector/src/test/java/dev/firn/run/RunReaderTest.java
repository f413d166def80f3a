package dev.firn.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.hadoop.HadoopFileIO;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.mapping.MappingUtil;
import org.apache.iceberg.mapping.NameMappingParser;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunReaderTest {

    private static final Schema SCHEMA = new Schema(
            List.of(
                    Types.NestedField.required(1, "region", Types.StringType.get()),
                    Types.NestedField.required(2, "id", Types.LongType.get()),
                    Types.NestedField.optional(3, "amount", Types.IntegerType.get()),
                    Types.NestedField.optional("rank")
                            .withId(4)
                            .ofType(Types.IntegerType.get())
                            .withInitialDefault(Literal.of(17))
                            .build()),
            Set.of(1, 2));
    private static final PartitionSpec SPEC = PartitionSpec.builderFor(SCHEMA)
            .withSpecId(1)
            .identity("region")
            .bucket("id", 4)
            .build();

    @TempDir
    private Path directory;

    private final FileIO io = new HadoopFileIO(new Configuration());

    @Test
    void aColumnThatTheFileLacksHasItsInitialDefault() throws IOException {
        DataFile file = foreignFile(SCHEMA.select("id", "amount", "region"));

        assertThat(rows(file)).containsExactly(row("EU", 10, 1, 17), row("EU", 11, null, 17));
    }

    @Test
    void anIdentityPartitionThatTheFileLacksIsItsColumn() throws IOException {
        DataFile file = foreignFile(SCHEMA.select("amount", "id"));

        assertThat(rows(file)).containsExactly(row("EU", 10, 1, 17), row("EU", 11, null, 17));
        assertThat(collect(reader().keys(file), FlinkSchemaUtil.convert(keySchema())))
                .containsExactly(
                        GenericRowData.of(10L, StringData.fromString("EU")),
                        GenericRowData.of(11L, StringData.fromString("EU")));
        assertThatThrownBy(() -> new RunReader(io, format(Map.of()))
                        .keys(file)
                        .iterator()
                        .next())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("region");
    }

    @Test
    void renamedColumnsAreFoundByTheirIds() throws IOException {
        Schema old = new Schema(
                Types.NestedField.required(2, "ident", Types.IntegerType.get()),
                Types.NestedField.required(1, "id", Types.StringType.get()));
        GenericRecord record = GenericRecord.create(old);
        DataFile file = foreignFile(old, List.of(record.copy(Map.of("ident", 5, "id", "x"))));

        assertThat(rows(file)).containsExactly(row("EU", 5, null, 17));
    }

    @Test
    void aFileWithoutIdsIsReadByTheNameMapping() throws IOException {
        MessageType type = MessageTypeParser.parseMessageType(
                "message m { required int64 id; optional int32 amount; required binary region (STRING); }");
        Path path = directory.resolve("imported.parquet");
        try (ParquetWriter<org.apache.parquet.example.data.Group> writer = ExampleParquetWriter.builder(
                        new LocalOutputFile(path))
                .withType(type)
                .build()) {
            SimpleGroup group = new SimpleGroup(type);
            group.add("id", 3L);
            group.add("region", "US");
            writer.write(group);
        }
        DataFile file = DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath(path.toString())
                .withFormat(FileFormat.PARQUET)
                .withFileSizeInBytes(path.toFile().length())
                .withRecordCount(1)
                .build();
        RunFormat mapped =
                format(Map.of("schema.name-mapping.default", NameMappingParser.toJson(MappingUtil.create(SCHEMA))));

        assertThat(collect(new RunReader(io, mapped).rows(file), FlinkSchemaUtil.convert(SCHEMA)))
                .containsExactly(row("US", 3, null, 17));
    }

    @Test
    void rowsArePickedByPosition() throws IOException {
        RunFormat format = format(Map.of("write.parquet.row-group-size-bytes", "4096"));
        DataFile file;
        try (RunWriter<RowData> writer = RunWriter.open(
                format,
                io,
                EncryptedFiles.plainAsEncryptedOutput(io.newOutputFile(directory + "/pick-L2.parquet")),
                PartitionSpec.unpartitioned(),
                null)) {
            for (int i = 0; i < 5_000; i++) {
                writer.append(row("r", i, i, i));
            }
            file = writer.finish();
        }
        assertThat(file.splitOffsets().size()).isGreaterThan(2);
        assertThat(RunFile.of(file).level()).isEqualTo(2);
        RunReader reader = new RunReader(io, format);

        List<Long> ids = new ArrayList<>();
        try (CloseableIterable<RowData> keys = reader.keysAt(file, 0, 1, 2_500, 4_999)) {
            keys.forEach(key -> ids.add(key.getLong(0)));
        }
        assertThat(ids).containsExactly(0L, 1L, 2_500L, 4_999L);
        assertThat(collect(reader.rowsAt(file, 7, 4_000), format.rowType()))
                .containsExactly(row("r", 7, 7, 7), row("r", 4_000, 4_000, 4_000));
        assertThat(collect(reader.rowsAt(file), format.rowType())).isEmpty();
        assertThatThrownBy(() -> collect(reader.rowsAt(file, 5_000), format.rowType()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("5000");
        assertThatThrownBy(() -> reader.rowsAt(file, 3, 3)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void otherFormatsAreRefusedWithARemedy() {
        DataFile file = DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath("somewhere/data.orc")
                .withFileSizeInBytes(5)
                .withRecordCount(1)
                .build();
        assertThatThrownBy(() -> reader().rows(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("somewhere/data.orc")
                .hasMessageContaining("ORC")
                .hasMessageContaining("Rewrite");
    }

    @Test
    void aFileNameTellsItsLevel() {
        assertThat(RunFile.of(named("a/00000-L0.parquet")).level()).isZero();
        assertThat(RunFile.of(named("a/00000-L12.parquet")).level()).isEqualTo(12);
        assertThat(RunFile.of(named("a-L3.parquet/data.parquet")).level()).isZero();
        assertThat(RunFile.of(named("a/00000-L99999999999.parquet")).level()).isZero();
        assertThat(RunFile.of(named("a/x-" + RunFile.suffix(4) + ".parquet")).level())
                .isEqualTo(4);
    }

    private static DataFile named(String location) {
        return DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath(location)
                .withFileSizeInBytes(5)
                .withRecordCount(1)
                .build();
    }

    private DataFile foreignFile(Schema fileSchema) throws IOException {
        List<Record> records = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            GenericRecord record = GenericRecord.create(fileSchema);
            record.setField("id", 10L + i);
            record.setField("amount", i == 0 ? 1 : null);
            if (fileSchema.findField("region") != null) {
                record.setField("region", "EU");
            }
            records.add(record);
        }
        return foreignFile(fileSchema, records);
    }

    private DataFile foreignFile(Schema fileSchema, List<Record> records) throws IOException {
        PartitionData partition = new PartitionData(SPEC.partitionType());
        partition.set(0, "EU");
        partition.set(1, 2);
        DataWriter<Record> writer = Parquet.writeData(io.newOutputFile(directory + "/foreign.parquet"))
                .schema(fileSchema)
                .createWriterFunc(GenericParquetWriter::create)
                .withSpec(SPEC)
                .withPartition(partition)
                .build();
        try (writer) {
            records.forEach(writer::write);
        }
        return writer.toDataFile();
    }

    private List<RowData> rows(DataFile file) throws IOException {
        return collect(reader().rows(file), FlinkSchemaUtil.convert(SCHEMA));
    }

    private RunReader reader() {
        return new RunReader(io, format(Map.of()), Map.of(SPEC.specId(), SPEC));
    }

    private static Schema keySchema() {
        return format(Map.of()).keySchema();
    }

    private static RunFormat format(Map<String, String> properties) {
        return RunFormat.of(
                SCHEMA, FlinkSchemaUtil.convert(SCHEMA), List.of("id", "region"), SortOrder.unsorted(), properties);
    }

    private static RowData row(String region, long id, @Nullable Integer amount, @Nullable Integer rank) {
        return GenericRowData.of(StringData.fromString(region), id, amount, rank);
    }

    private static List<RowData> collect(CloseableIterable<RowData> rows, RowType type) throws IOException {
        List<RowData> result = new ArrayList<>();
        try (rows) {
            for (RowData row : rows) {
                GenericRowData copy = new GenericRowData(row.getArity());
                for (int i = 0; i < row.getArity(); i++) {
                    copy.setField(
                            i, RowData.createFieldGetter(type.getTypeAt(i), i).getFieldOrNull(row));
                }
                result.add(copy);
            }
        }
        return result;
    }
}
