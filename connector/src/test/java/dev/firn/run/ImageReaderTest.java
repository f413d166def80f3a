package dev.firn.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

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

    /** Row n has the id 10 n, a value but for every third one, and a row id of its own but for odd ones. */
    private DataFile write(Schema columns, int rows, @Nullable Long firstRowId) throws IOException {
        String location = UUID.randomUUID() + ".parquet";
        PartitionData partition = new PartitionData(SPEC.partitionType());
        partition.set(0, "EU");
        DataWriter<Record> writer = Parquet.writeData(io.newOutputFile(location))
                .schema(columns)
                .createWriterFunc(GenericParquetWriter::create)
                .withSpec(SPEC)
                .withPartition(partition)
                .overwrite()
                .build();
        try (writer) {
            for (int i = 0; i < rows; i++) {
                Map<String, @Nullable Object> values = new HashMap<>();
                values.put("id", 10L * i);
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
}
