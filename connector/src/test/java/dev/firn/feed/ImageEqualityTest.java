package dev.firn.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.junit.jupiter.api.Test;

class ImageEqualityTest {

    private static final RowType INNER = RowType.of(new VarBinaryType(4), new VarCharType(9));
    private static final RowType TYPE = RowType.of(
            new DoubleType(),
            new DecimalType(20, 2),
            new TimestampType(6),
            new ArrayType(INNER),
            new MapType(new VarCharType(false, 9), new ArrayType(new VarBinaryType(4))),
            new BigIntType());

    private final ImageEquality equality = ImageEquality.of(columns());
    private final RowDataSerializer serializer = new RowDataSerializer(TYPE);

    private static ImageColumns columns() {
        List<RowType.RowField> types = new ArrayList<>(TYPE.getFields());
        types.set(5, new RowType.RowField(MetadataColumns.ROW_ID.name(), new BigIntType()));
        return new ImageColumns(new Schema(), new RowType(types));
    }

    private static GenericRowData row() {
        Map<StringData, Object> map = new LinkedHashMap<>();
        map.put(StringData.fromString("a"), new GenericArrayData(new Object[] {new byte[] {1}, new byte[] {2}}));
        map.put(StringData.fromString("b"), null);
        return GenericRowData.of(
                Double.NaN,
                DecimalData.fromBigDecimal(new BigDecimal("12.50"), 20, 2),
                TimestampData.fromEpochMillis(5, 1000),
                new GenericArrayData(new Object[] {
                    GenericRowData.of(new byte[] {7, 8}, StringData.fromString("x")), null
                }),
                new GenericMapData(map),
                1L);
    }

    private static GenericRowData with(Consumer<GenericRowData> change) {
        GenericRowData row = row();
        change.accept(row);
        return row;
    }

    @Test
    void valuesAreTheSameHoweverTheyAreHeld() {
        RowData binary = serializer.toBinaryRow(row()).copy();

        assertThat(equality.same(row(), row())).isTrue();
        assertThat(equality.same(row(), binary)).isTrue();
        assertThat(equality.same(binary, row())).isTrue();
        assertThat(equality.same(row(), with(row -> row.setField(5, 2L))))
                .as("another row's id")
                .isTrue();
    }

    @Test
    void entriesOfAMapHaveNoOrder() {
        Map<StringData, Object> map = new LinkedHashMap<>();
        map.put(StringData.fromString("b"), null);
        map.put(StringData.fromString("a"), new GenericArrayData(new Object[] {new byte[] {1}, new byte[] {2}}));

        assertThat(equality.same(row(), with(row -> row.setField(4, new GenericMapData(map)))))
                .isTrue();
    }

    @Test
    void aDifferenceAtAnyDepthIsOne() {
        Map<StringData, Object> map = new LinkedHashMap<>();
        map.put(StringData.fromString("a"), new GenericArrayData(new Object[] {new byte[] {1}, new byte[] {3}}));
        map.put(StringData.fromString("b"), null);
        List<Consumer<GenericRowData>> changes = List.of(
                row -> row.setField(0, 0.0),
                row -> row.setField(0, null),
                row -> row.setField(1, DecimalData.fromBigDecimal(new BigDecimal("12.51"), 20, 2)),
                row -> row.setField(2, TimestampData.fromEpochMillis(5, 2000)),
                row -> row.setField(3, new GenericArrayData(new Object[] {
                    GenericRowData.of(new byte[] {7, 9}, StringData.fromString("x")), null
                })),
                row -> row.setField(4, new GenericMapData(map)));
        for (Consumer<GenericRowData> change : changes) {
            GenericRowData other = with(change);
            assertThat(equality.same(row(), other)).as("%s", other).isFalse();
            assertThat(equality.same(row(), serializer.toBinaryRow(other).copy()))
                    .as("%s", other)
                    .isFalse();
        }
    }
}
