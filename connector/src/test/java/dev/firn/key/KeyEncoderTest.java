package dev.firn.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.TinyIntType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.types.RowKind;
import org.apache.iceberg.Schema;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;

class KeyEncoderTest {

    @Test
    void bytesOfEveryTypeStayAsTheyAreInLocalIndexFiles() {
        assertThat(hex(Types.BooleanType.get(), false)).isEqualTo("00");
        assertThat(hex(Types.BooleanType.get(), true)).isEqualTo("01");
        assertThat(hex(Types.IntegerType.get(), -2)).isEqualTo("7ffffffe");
        assertThat(hex(Types.LongType.get(), 258L)).isEqualTo("8000000000000102");
        assertThat(hex(Types.DateType.get(), -1)).isEqualTo("7fffffff");
        assertThat(hex(Types.TimeType.get(), 86_399_999)).isEqualTo("800000141dd75c18");
        TimestampData timestamp = TimestampData.fromEpochMillis(-1, 123_456);
        assertThat(hex(Types.TimestampType.withoutZone(), timestamp)).isEqualTo("7ffffffffffffc93");
        assertThat(hex(Types.TimestampType.withZone(), timestamp)).isEqualTo("7ffffffffffffc93");
        assertThat(hex(Types.TimestampNanoType.withoutZone(), timestamp)).isEqualTo("7ffffffffff2a000");
        assertThat(hex(Types.TimestampNanoType.withZone(), timestamp)).isEqualTo("7ffffffffff2a000");
        assertThat(hex(Types.DecimalType.of(4, 2), decimal("-12.34", 4))).isEqualTo("7b2e");
        assertThat(hex(Types.DecimalType.of(18, 2), decimal("12.34", 18))).isEqualTo("80000000000004d2");
        assertThat(hex(Types.DecimalType.of(38, 2), decimal("-12.34", 38)))
                .isEqualTo("7ffffffffffffffffffffffffffffb2e");
        assertThat(hex(Types.StringType.get(), StringData.fromString("a\0é😀"))).isEqualTo("6100c3a9f09f9880");
        byte[] uuid = HexFormat.of().parseHex("00112233445566778899aabbccddeeff");
        assertThat(hex(Types.UUIDType.get(), uuid)).isEqualTo("00112233445566778899aabbccddeeff");
        assertThat(hex(Types.FixedType.ofLength(3), HexFormat.of().parseHex("00ff80")))
                .isEqualTo("00ff80");
        assertThat(hex(Types.BinaryType.get(), new byte[0])).isEmpty();
    }

    @Test
    void bytesOfACompositeStayAsTheyAreInLocalIndexFiles() {
        Schema schema = schema(Types.StringType.get(), Types.BinaryType.get(), Types.IntegerType.get());
        KeyEncoder encoder = encoder(schema);

        Key key = encoder.encode(
                GenericRowData.of(StringData.fromString("a\0"), HexFormat.of().parseHex("0001ff"), 7));

        assertThat(key).hasToString("6100ff0000" + "00ff01ff0000" + "80000007");
        assertThat(encoder.format()).isEqualTo("1: 1 string, 2 binary, 3 int");
    }

    @Test
    void columnsAreTakenInTheKeysOrderFromAnyPosition() {
        Schema schema = schema(Types.IntegerType.get(), Types.StringType.get(), Types.LongType.get());
        RowType layout = RowType.of(
                new LogicalType[] {new BigIntType(), new VarCharType(), new IntType(), new IntType()},
                new String[] {"c3", "c2", "other", "c1"});

        Key key = KeyEncoder.of(schema, List.of("c3", "c1"), layout).encode(GenericRowData.of(1L, null, null, 2));

        assertThat(key).hasToString("8000000000000001" + "80000002");
    }

    @Test
    void smallerIntegersAreReadAsFlinkHoldsThem() {
        Schema schema = schema(Types.IntegerType.get(), Types.IntegerType.get());
        RowType layout =
                RowType.of(new LogicalType[] {new TinyIntType(), new SmallIntType()}, new String[] {"c1", "c2"});

        Key key = KeyEncoder.of(schema, List.of("c1", "c2"), layout).encode(GenericRowData.of((byte) -1, (short) -2));

        assertThat(key).hasToString("7fffffff" + "7ffffffe");
    }

    @Test
    void whatIsFinerThanTheStoredPrecisionIsNoPartOfTheKey() {
        Schema schema = schema(Types.TimestampType.withoutZone());
        KeyEncoder encoder = KeyEncoder.of(
                schema, List.of("c1"), RowType.of(new LogicalType[] {new TimestampType(9)}, new String[] {"c1"}));

        Key early = encoder.encode(GenericRowData.of(TimestampData.fromEpochMillis(-5, 1_000)));
        Key late = encoder.encode(GenericRowData.of(TimestampData.fromEpochMillis(-5, 1_999)));
        Key next = encoder.encode(GenericRowData.of(TimestampData.fromEpochMillis(-5, 2_000)));

        assertThat(late).isEqualTo(early).isLessThan(next);
    }

    @Test
    void aNullKeyIsRefusedByName() {
        KeyEncoder encoder = encoder(schema(Types.IntegerType.get(), Types.StringType.get()));
        GenericRowData row = GenericRowData.ofKind(RowKind.UPDATE_AFTER, 1, null);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> encoder.encode(row))
                .withMessageContainingAll("'c2'", "NULL", "+U", "COALESCE");
        assertThat(encoder.encode(GenericRowData.of(1, StringData.fromString("x"))))
                .hasToString("80000001" + "78");
    }

    @Test
    void typesWithoutAnOrderOfValuesAreRefusedByName() {
        for (Type type : List.of(
                Types.FloatType.get(),
                Types.DoubleType.get(),
                Types.ListType.ofRequired(9, Types.IntegerType.get()),
                Types.StructType.of(NestedField.required(9, "inner", Types.IntegerType.get())))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> encoder(schema(type)))
                    .withMessageContainingAll("'c1'", type.toString());
        }
    }

    @Test
    void columnsThatCannotBeAKeyAreRefusedByName() {
        NestedField inner = NestedField.required(3, "inner", Types.IntegerType.get());
        Schema schema = new Schema(
                NestedField.optional(1, "maybe", Types.IntegerType.get()),
                NestedField.required(2, "outer", Types.StructType.of(inner)),
                NestedField.required(4, "id", Types.IntegerType.get()));
        RowType layout = RowType.of(new LogicalType[] {new IntType()}, new String[] {"maybe"});

        assertRefused(schema, List.of(), layout, "PRIMARY KEY");
        assertRefused(schema, List.of("maybe"), layout, "'maybe'", "optional");
        assertRefused(schema, List.of("outer.inner"), layout, "'outer.inner'", "nested");
        assertRefused(schema, List.of("absent"), layout, "'absent'", "[maybe, outer, id]");
        assertRefused(schema, List.of("id"), layout, "'id'", "[maybe]");
        assertRefused(schema, List.of("id", "id"), layout, "'id'", "twice");
    }

    @Test
    void aTypeThatIsNotStoredAsSuchIsRefusedByName() {
        String[] name = {"c1"};
        assertRefused(
                schema(Types.IntegerType.get()),
                List.of("c1"),
                RowType.of(new LogicalType[] {new BigIntType()}, name),
                "'c1'",
                "int",
                "BIGINT");
        for (DecimalType read : List.of(new DecimalType(10, 3), new DecimalType(11, 2))) {
            assertRefused(
                    schema(Types.DecimalType.of(10, 2)),
                    List.of("c1"),
                    RowType.of(new LogicalType[] {read}, name),
                    "'c1'",
                    "decimal(10, 2)",
                    read.asSummaryString());
        }
    }

    @Test
    void valuesThatCannotBeStoredAreRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hex(Types.FixedType.ofLength(2), new byte[3]))
                .withMessageContainingAll("'c1'", "3 bytes", "fixed[2]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hex(Types.UUIDType.get(), new byte[15]))
                .withMessageContainingAll("'c1'", "uuid");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hex(Types.DecimalType.of(4, 2), decimal("1.234", 4)))
                .withMessageContainingAll("'c1'", "1.234");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        hex(Types.TimestampNanoType.withZone(), TimestampData.fromEpochMillis(Long.MAX_VALUE / 1_000)))
                .withMessageContainingAll("'c1'", "timestamptz_ns");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hex(Types.BinaryType.get(), new byte[KeyEncoder.MAX_KEY_BYTES + 1]))
                .withMessageContainingAll("c1", "32769", "32768");
        assertThat(hex(Types.BinaryType.get(), new byte[KeyEncoder.MAX_KEY_BYTES]))
                .hasSize(2 * KeyEncoder.MAX_KEY_BYTES);
    }

    @Test
    void decimalsOfEveryPrecisionHoldTheirExtremes() {
        for (int precision = 1; precision <= 38; precision++) {
            BigInteger largest = BigInteger.TEN.pow(precision).subtract(BigInteger.ONE);
            int digits = precision;
            List<Key> keys = Stream.of(
                            largest.negate(),
                            BigInteger.ONE.negate(),
                            BigInteger.ZERO,
                            BigInteger.ONE.min(largest),
                            largest)
                    .map(unscaled -> encode(
                            Types.DecimalType.of(digits, 0),
                            DecimalData.fromBigDecimal(new BigDecimal(unscaled), digits, 0)))
                    .toList();
            assertThat(keys).isSorted();
            assertThat(keys.get(0)).isLessThan(keys.get(1));
        }
    }

    @Test
    void stringsSortAsUtf8NotAsUtf16() {
        String privateUse = "\uFFFD";
        String beyondTheBmp = "😀";
        assertThat(beyondTheBmp).isLessThan(privateUse);

        assertThat(encode(Types.StringType.get(), StringData.fromString(privateUse)))
                .isLessThan(encode(Types.StringType.get(), StringData.fromString(beyondTheBmp)));
        assertThat(encode(Types.StringType.get(), StringData.fromString(beyondTheBmp))
                        .bytes())
                .isEqualTo(beyondTheBmp.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertRefused(Schema schema, List<String> key, RowType layout, String... words) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyEncoder.of(schema, key, layout))
                .withMessageContainingAll(words);
    }

    private static DecimalData decimal(String value, int precision) {
        BigDecimal decimal = new BigDecimal(value);
        return DecimalData.fromBigDecimal(decimal, precision, decimal.scale());
    }

    private static String hex(Type type, Object value) {
        return encode(type, value).toString();
    }

    private static Key encode(Type type, Object value) {
        RowData row = GenericRowData.of(value);
        return encoder(schema(type)).encode(row);
    }

    static Schema schema(Type... types) {
        return new Schema(IntStream.range(0, types.length)
                .mapToObj(i -> NestedField.required(i + 1, "c" + (i + 1), types[i]))
                .toList());
    }

    /** An encoder of all columns for rows in the layout that Iceberg's own conversion gives. */
    static KeyEncoder encoder(Schema schema) {
        List<String> columns = schema.columns().stream().map(NestedField::name).toList();
        return KeyEncoder.of(schema, columns, FlinkSchemaUtil.convert(schema));
    }
}
