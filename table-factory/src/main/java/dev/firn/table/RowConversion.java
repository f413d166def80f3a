package dev.firn.table;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.MultisetType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.jspecify.annotations.Nullable;

/**
 * Turns values of the type that Iceberg stores into values of the type that a table was declared with, where they are
 * laid out in different ways: TINYINT and SMALLINT are stored as int, and a timestamp of milliseconds as one of
 * microseconds, which takes another place in a binary row, array or map.
 */
final class RowConversion {

    private RowConversion() {}

    /**
     * A function of values that are not null, or null if both types are laid out alike.
     *
     * @param read the type of the value as it is
     * @param declared the type to make of it, to which Iceberg maps {@code read}
     */
    static @Nullable UnaryOperator<Object> between(LogicalType read, LogicalType declared) {
        return switch (declared.getTypeRoot()) {
            case TINYINT -> value -> ((Integer) value).byteValue();
            case SMALLINT -> value -> ((Integer) value).shortValue();
            case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                isCompact(read) == isCompact(declared) ? null : UnaryOperator.identity();
            case ROW -> rows((RowType) read, (RowType) declared);
            case ARRAY -> arrays(((ArrayType) read).getElementType(), ((ArrayType) declared).getElementType());
            case MAP -> maps((MapType) read, ((MapType) declared).getKeyType(), ((MapType) declared).getValueType());
            case MULTISET -> maps((MapType) read, ((MultisetType) declared).getElementType(), new IntType(false));
            default -> null;
        };
    }

    private static boolean isCompact(LogicalType timestamp) {
        return TimestampData.isCompact(LogicalTypeChecks.getPrecision(timestamp));
    }

    private static @Nullable UnaryOperator<Object> rows(RowType read, RowType declared) {
        int arity = declared.getFieldCount();
        RowData.FieldGetter[] getters = new RowData.FieldGetter[arity];
        @Nullable UnaryOperator<Object>[] conversions = newArray(arity);
        boolean alike = true;
        for (int i = 0; i < arity; i++) {
            getters[i] = RowData.createFieldGetter(read.getTypeAt(i), i);
            conversions[i] = between(read.getTypeAt(i), declared.getTypeAt(i));
            alike &= conversions[i] == null;
        }
        if (alike) {
            return null;
        }
        return value -> {
            RowData row = (RowData) value;
            GenericRowData result = new GenericRowData(row.getRowKind(), arity);
            for (int i = 0; i < arity; i++) {
                result.setField(i, apply(conversions[i], getters[i].getFieldOrNull(row)));
            }
            return result;
        };
    }

    private static @Nullable UnaryOperator<Object> arrays(LogicalType read, LogicalType declared) {
        UnaryOperator<Object> conversion = between(read, declared);
        if (conversion == null) {
            return null;
        }
        ArrayData.ElementGetter getter = ArrayData.createElementGetter(read);
        return value -> {
            ArrayData array = (ArrayData) value;
            @Nullable Object[] result = new Object[array.size()];
            for (int i = 0; i < result.length; i++) {
                result[i] = apply(conversion, getter.getElementOrNull(array, i));
            }
            return new GenericArrayData(result);
        };
    }

    private static @Nullable UnaryOperator<Object> maps(MapType read, LogicalType key, LogicalType value) {
        UnaryOperator<Object> keyConversion = between(read.getKeyType(), key);
        UnaryOperator<Object> valueConversion = between(read.getValueType(), value);
        if (keyConversion == null && valueConversion == null) {
            return null;
        }
        ArrayData.ElementGetter keyGetter = ArrayData.createElementGetter(read.getKeyType());
        ArrayData.ElementGetter valueGetter = ArrayData.createElementGetter(read.getValueType());
        return entries -> {
            MapData map = (MapData) entries;
            ArrayData keys = map.keyArray();
            ArrayData values = map.valueArray();
            Map<@Nullable Object, @Nullable Object> result = new LinkedHashMap<>();
            for (int i = 0; i < map.size(); i++) {
                result.put(
                        apply(keyConversion, keyGetter.getElementOrNull(keys, i)),
                        apply(valueConversion, valueGetter.getElementOrNull(values, i)));
            }
            return new GenericMapData(result);
        };
    }

    private static @Nullable Object apply(@Nullable UnaryOperator<Object> conversion, @Nullable Object value) {
        return conversion == null || value == null ? value : conversion.apply(value);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static @Nullable UnaryOperator<Object>[] newArray(int length) {
        return new UnaryOperator[length];
    }
}
