package dev.firn.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.MultisetType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.TinyIntType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.types.RowKind;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RowConversionTest {

    private static final TimestampData TIME = TimestampData.fromEpochMillis(1_767_225_600_001L);

    @Test
    void typesThatAreLaidOutAlikeAreLeftAlone() {
        RowType declared = RowType.of(
                new BigIntType(),
                new VarCharType(3),
                new TimestampType(5),
                new TimestampType(9),
                new MultisetType(new VarCharType(3)),
                RowType.of(new ArrayType(new LocalZonedTimestampType(6))));

        assertThat(RowConversion.between(stored(declared), declared)).isNull();
    }

    @Test
    void narrowIntegersAndMillisecondsAreConvertedAtAnyDepth() {
        assertConverted(new TinyIntType(), 7, (byte) 7);
        assertConverted(new SmallIntType(), -300, (short) -300);
        assertConverted(new TimestampType(3), TIME, TIME);
        assertConverted(new LocalZonedTimestampType(0), TIME, TIME);
        assertConverted(new ArrayType(new TinyIntType()), array(7, null), array((byte) 7, null));
        assertConverted(new ArrayType(new TimestampType(3)), array(TIME, null), array(TIME, null));
        assertConverted(
                new MapType(new SmallIntType(false), new TimestampType(3)),
                new GenericMapData(Map.of(1, TIME)),
                new GenericMapData(Map.of((short) 1, TIME)));
        assertConverted(
                new MultisetType(new TinyIntType(false)),
                new GenericMapData(Map.of(1, 2)),
                new GenericMapData(Map.of((byte) 1, 2)));
        assertConverted(
                RowType.of(new VarCharType(3), RowType.of(new TinyIntType(), new LocalZonedTimestampType(3))),
                GenericRowData.of(StringData.fromString("x"), GenericRowData.of(1, TIME)),
                GenericRowData.of(StringData.fromString("x"), GenericRowData.of((byte) 1, TIME)));
    }

    @Test
    void nullsAndRowKindsStay() {
        RowType declared = RowType.of(new TinyIntType(), new IntType());

        RowData converted = (RowData) conversion(declared).apply(GenericRowData.ofKind(RowKind.DELETE, null, 1));

        assertThat(converted).isEqualTo(GenericRowData.ofKind(RowKind.DELETE, null, 1));
    }

    /** Compares binary rows, of which Flink passes some from the source to the next operator. */
    private static void assertConverted(LogicalType type, Object read, Object declared) {
        RowType row = RowType.of(new IntType(), type);
        RowData binaryRead = binary(stored(row), GenericRowData.of(1, read));

        RowData converted = (RowData) conversion(row).apply(binaryRead);

        assertThat(binary(row, converted)).isEqualTo(binary(row, GenericRowData.of(1, declared)));
    }

    private static UnaryOperator<Object> conversion(RowType declared) {
        return Objects.requireNonNull(RowConversion.between(stored(declared), declared));
    }

    private static RowType stored(RowType declared) {
        return (RowType) FlinkSchemaUtil.convert(FlinkSchemaUtil.convert(declared));
    }

    private static RowData binary(RowType type, RowData row) {
        return new RowDataSerializer(type).toBinaryRow(row).copy();
    }

    private static GenericArrayData array(@Nullable Object... elements) {
        return new GenericArrayData(elements);
    }
}
