package dev.firn.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BinaryType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.MultisetType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.types.variant.Variant;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.Parquet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every Flink SQL type that Iceberg can store comes back as it was written, as a column and as a key column. */
class RowTypesTest {

    private static final DataType NESTED = DataTypes.ROW(
            DataTypes.FIELD("tiny", DataTypes.TINYINT()),
            DataTypes.FIELD("text", DataTypes.STRING().notNull()),
            DataTypes.FIELD("smalls", DataTypes.ARRAY(DataTypes.SMALLINT())));

    private static final ResolvedSchema COLUMNS = ResolvedSchema.of(
            Column.physical("k_tiny", DataTypes.TINYINT().notNull()),
            Column.physical("k_small", DataTypes.SMALLINT().notNull()),
            Column.physical("k_bool", DataTypes.BOOLEAN().notNull()),
            Column.physical("k_binary", DataTypes.BINARY(4).notNull()),
            Column.physical("k_decimal", DataTypes.DECIMAL(20, 3).notNull()),
            Column.physical("k_time", DataTypes.TIME(3).notNull()),
            Column.physical("k_ltz", DataTypes.TIMESTAMP_LTZ(9).notNull()),
            Column.physical("c_bool", DataTypes.BOOLEAN()),
            Column.physical("c_tiny", DataTypes.TINYINT()),
            Column.physical("c_small", DataTypes.SMALLINT()),
            Column.physical("c_int", DataTypes.INT()),
            Column.physical("c_big", DataTypes.BIGINT()),
            Column.physical("c_float", DataTypes.FLOAT()),
            Column.physical("c_double", DataTypes.DOUBLE()),
            Column.physical("c_char", DataTypes.CHAR(5)),
            Column.physical("c_varchar", DataTypes.VARCHAR(20)),
            Column.physical("c_string", DataTypes.STRING()),
            Column.physical("c_binary", DataTypes.BINARY(7)),
            Column.physical("c_varbinary", DataTypes.VARBINARY(9)),
            Column.physical("c_bytes", DataTypes.BYTES()),
            Column.physical("c_decimal9", DataTypes.DECIMAL(9, 2)),
            Column.physical("c_decimal18", DataTypes.DECIMAL(18, 0)),
            Column.physical("c_decimal38", DataTypes.DECIMAL(38, 10)),
            Column.physical("c_date", DataTypes.DATE()),
            Column.physical("c_time", DataTypes.TIME(0)),
            Column.physical("c_timestamp3", DataTypes.TIMESTAMP(3)),
            Column.physical("c_timestamp6", DataTypes.TIMESTAMP(6)),
            Column.physical("c_timestamp9", DataTypes.TIMESTAMP(9)),
            Column.physical("c_ltz3", DataTypes.TIMESTAMP_LTZ(3)),
            Column.physical("c_ltz6", DataTypes.TIMESTAMP_LTZ(6)),
            Column.physical("c_ltz9", DataTypes.TIMESTAMP_LTZ(9)),
            Column.physical("c_row", NESTED),
            Column.physical("c_required_row", NESTED.notNull()),
            Column.physical("c_array", DataTypes.ARRAY(DataTypes.INT())),
            Column.physical("c_tinies", DataTypes.ARRAY(DataTypes.TINYINT().notNull())),
            Column.physical("c_rows", DataTypes.ARRAY(NESTED)),
            Column.physical("c_map", DataTypes.MAP(DataTypes.STRING().notNull(), DataTypes.DECIMAL(5, 1))),
            Column.physical("c_smalls", DataTypes.MAP(DataTypes.SMALLINT().notNull(), NESTED)),
            Column.physical("c_multiset", DataTypes.MULTISET(DataTypes.STRING().notNull())),
            Column.physical("c_variant", DataTypes.VARIANT()));

    private static final RowType ROW_TYPE =
            (RowType) COLUMNS.toPhysicalRowDataType().getLogicalType();
    private static final List<String> KEY_COLUMNS = COLUMNS.getColumnNames().stream()
            .filter(name -> name.startsWith("k_"))
            .sorted(Comparator.reverseOrder())
            .toList();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13, 14, 15})
    void everyTypeComesBackAsItWasWritten(long seed) throws IOException {
        Random random = new Random(seed);
        List<RowData> rows = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            rows.add(row(ROW_TYPE, random));
        }
        Schema schema = FlinkSchemaUtil.convert(COLUMNS);
        RunFormat format = RunFormat.of(schema, ROW_TYPE, KEY_COLUMNS, SortOrder.unsorted(), Map.of());
        InMemoryFileIO io = new InMemoryFileIO();
        DataFile file = write(io, "types/" + seed + "-L0.parquet", format, rows);

        RowDataSerializer serializer = new RowDataSerializer(ROW_TYPE);
        List<RowData> read = new ArrayList<>();
        try (CloseableIterable<RowData> all = new RunReader(io, format).rows(file)) {
            all.forEach(read::add);
        }
        assertThat(read).hasSameSizeAs(rows);
        for (int i = 0; i < rows.size(); i++) {
            assertThat(serializer.toBinaryRow(read.get(i)).copy())
                    .as("row %d: %s", i, rows.get(i))
                    .isEqualTo(serializer.toBinaryRow(rows.get(i)).copy());
        }

        RowDataSerializer keySerializer = new RowDataSerializer(format.keyRowType());
        int position = 0;
        try (CloseableIterable<RowData> keys = new RunReader(io, format).keys(file)) {
            for (RowData key : keys) {
                assertThat(keySerializer.toBinaryRow(key).copy())
                        .isEqualTo(keySerializer
                                .toBinaryRow(keyOf(rows.get(position++)))
                                .copy());
            }
        }
        assertThat(position).isEqualTo(rows.size());
    }

    @Test
    void icebergsGenericReaderSeesTheSameValues() throws IOException {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("k_tiny", (byte) -3);
        values.put("c_small", (short) 300);
        values.put("c_char", StringData.fromString("abc"));
        values.put("c_binary", new byte[] {1, 2, 3, 4, 5, 6, 7});
        values.put("c_bytes", new byte[] {9});
        values.put("c_decimal38", DecimalData.fromBigDecimal(new BigDecimal("-12.5000000000"), 38, 10));
        values.put("c_date", 1);
        values.put("c_time", 3_661_000);
        values.put("c_timestamp3", TimestampData.fromEpochMillis(-1));
        values.put("c_timestamp9", TimestampData.fromEpochMillis(1_000, 7));
        values.put("c_ltz6", TimestampData.fromEpochMillis(1_000, 7_000));
        values.put("c_row", GenericRowData.of((byte) 1, StringData.fromString("t"), new GenericArrayData(new Object[] {
            (short) 2
        })));
        values.put("c_tinies", new GenericArrayData(new Object[] {(byte) 4, (byte) -4}));
        values.put("c_multiset", new GenericMapData(Map.of(StringData.fromString("twice"), 2)));
        GenericRowData row = row(ROW_TYPE, new Random(1));
        values.forEach((column, value) -> row.setField(ROW_TYPE.getFieldIndex(column), value));
        Schema schema = FlinkSchemaUtil.convert(COLUMNS);
        InMemoryFileIO io = new InMemoryFileIO();
        DataFile file = write(
                io,
                "types/generic-L0.parquet",
                RunFormat.of(schema, ROW_TYPE, KEY_COLUMNS, SortOrder.unsorted(), Map.of()),
                List.of(row));

        Record record;
        try (CloseableIterable<Record> records = Parquet.read(io.newInputFile(file))
                .project(schema)
                .createReaderFunc(type -> GenericParquetReaders.buildReader(schema, type))
                .build()) {
            record = records.iterator().next();
        }
        assertThat(record.getField("k_tiny")).isEqualTo(-3);
        assertThat(record.getField("c_small")).isEqualTo(300);
        assertThat(record.getField("c_char")).isEqualTo("abc");
        assertThat(record.getField("c_binary")).isEqualTo(new byte[] {1, 2, 3, 4, 5, 6, 7});
        assertThat(record.getField("c_bytes")).isEqualTo(ByteBuffer.wrap(new byte[] {9}));
        assertThat(record.getField("c_decimal38")).isEqualTo(new BigDecimal("-12.5000000000"));
        assertThat(record.getField("c_date")).isEqualTo(LocalDate.of(1970, 1, 2));
        assertThat(record.getField("c_time")).isEqualTo(LocalTime.of(1, 1, 1));
        assertThat(record.getField("c_timestamp3")).isEqualTo(LocalDateTime.parse("1969-12-31T23:59:59.999"));
        assertThat(record.getField("c_timestamp9")).isEqualTo(LocalDateTime.parse("1970-01-01T00:00:01.000000007"));
        assertThat(record.getField("c_ltz6")).isEqualTo(OffsetDateTime.parse("1970-01-01T00:00:01.000007Z"));
        Record nested = (Record) Objects.requireNonNull(record.getField("c_row"));
        assertThat(nested.getField("tiny")).isEqualTo(1);
        assertThat(nested.getField("smalls")).isEqualTo(List.of(2));
        assertThat(record.getField("c_tinies")).isEqualTo(List.of(4, -4));
        assertThat(record.getField("c_multiset")).isEqualTo(Map.of("twice", 2));
    }

    private static DataFile write(InMemoryFileIO io, String location, RunFormat format, List<RowData> rows)
            throws IOException {
        try (RunWriter<RowData> writer = RunWriter.open(
                format,
                io,
                EncryptedFiles.plainAsEncryptedOutput(io.newOutputFile(location)),
                PartitionSpec.unpartitioned(),
                null)) {
            rows.forEach(writer::append);
            return writer.finish();
        }
    }

    private static RowData keyOf(RowData row) {
        GenericRowData key = new GenericRowData(KEY_COLUMNS.size());
        for (int i = 0; i < KEY_COLUMNS.size(); i++) {
            int column = ROW_TYPE.getFieldIndex(KEY_COLUMNS.get(i));
            key.setField(
                    i,
                    RowData.createFieldGetter(ROW_TYPE.getTypeAt(column), column)
                            .getFieldOrNull(row));
        }
        return key;
    }

    private static @Nullable Object value(LogicalType type, Random random) {
        if (type.isNullable() && random.nextInt(5) == 0) {
            return null;
        }
        return switch (type.getTypeRoot()) {
            case BOOLEAN -> random.nextBoolean();
            case TINYINT -> (byte) random.nextInt();
            case SMALLINT -> (short) random.nextInt();
            case INTEGER -> random.nextInt();
            case BIGINT -> random.nextLong();
            case FLOAT -> random.nextFloat() * 100;
            case DOUBLE -> random.nextGaussian();
            case CHAR, VARCHAR -> StringData.fromString(text(random));
            case BINARY -> bytes(((BinaryType) type).getLength(), random);
            case VARBINARY -> bytes(random.nextInt(9), random);
            case DECIMAL -> decimal((DecimalType) type, random);
            case DATE -> random.nextInt(100_000) - 50_000;
            case TIME_WITHOUT_TIME_ZONE -> random.nextInt(24 * 3600 * 1000);
            case TIMESTAMP_WITHOUT_TIME_ZONE -> timestamp(((TimestampType) type).getPrecision(), random);
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> timestamp(((LocalZonedTimestampType) type).getPrecision(), random);
            case ROW -> row((RowType) type, random);
            case ARRAY -> array(((ArrayType) type).getElementType(), random);
            case MAP -> map(((MapType) type).getKeyType(), ((MapType) type).getValueType(), random);
            case MULTISET ->
                map(
                        ((MultisetType) type).getElementType(),
                        DataTypes.INT().notNull().getLogicalType(),
                        random);
            case VARIANT -> Variant.newBuilder().of(random.nextLong());
            default -> throw new IllegalStateException("No values for " + type);
        };
    }

    private static String text(Random random) {
        return random.ints(random.nextInt(6), 0, 5)
                .mapToObj(i -> List.of("a", "\u0000", "ß", "\uD83D\uDE00", "Z").get(i))
                .reduce("", String::concat);
    }

    private static byte[] bytes(int length, Random random) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static DecimalData decimal(DecimalType type, Random random) {
        BigDecimal unscaled = new BigDecimal(new BigInteger(type.getPrecision() * 3, random));
        BigDecimal value = (random.nextBoolean() ? unscaled : unscaled.negate()).movePointLeft(type.getScale());
        return DecimalData.fromBigDecimal(value.setScale(type.getScale()), type.getPrecision(), type.getScale());
    }

    private static TimestampData timestamp(int precision, Random random) {
        long millis = random.nextLong(-2_000_000_000_000L, 4_000_000_000_000L);
        int nanos = switch (precision) {
            case 3 -> 0;
            case 6 -> random.nextInt(1_000) * 1_000;
            default -> random.nextInt(1_000_000);
        };
        return TimestampData.fromEpochMillis(millis, nanos);
    }

    private static GenericRowData row(RowType type, Random random) {
        GenericRowData row = new GenericRowData(type.getFieldCount());
        for (int i = 0; i < type.getFieldCount(); i++) {
            row.setField(i, value(type.getTypeAt(i), random));
        }
        return row;
    }

    private static GenericArrayData array(LogicalType type, Random random) {
        Object[] array = new Object[random.nextInt(4)];
        for (int i = 0; i < array.length; i++) {
            array[i] = value(type, random);
        }
        return new GenericArrayData(array);
    }

    private static GenericMapData map(LogicalType keyType, LogicalType valueType, Random random) {
        Map<Object, Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            map.put(value(keyType, random), value(valueType, random));
        }
        return new GenericMapData(map);
    }
}
