package dev.firn.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.MultisetType;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/**
 * Gives rows that Iceberg's Flink reader returned the types that they were declared with: Iceberg stores TINYINT and
 * SMALLINT as int, and its reader returns an {@link Integer}, which {@code getByte} and {@code getShort} refuse.
 */
public final class NarrowIntegers {

    private NarrowIntegers() {}

    /**
     * Turns a row of the reader into a row of the type. The result is a row of its own if the type has narrow integers
     * at any depth, else the very row that was passed in.
     */
    public static UnaryOperator<RowData> in(RowType type) {
        UnaryOperator<Object> narrowing = narrowing(type);
        return narrowing == null ? row -> row : row -> (RowData) narrowing.apply(row);
    }

    /** Null if there is nothing to do. */
    private static @Nullable UnaryOperator<Object> narrowing(LogicalType type) {
        return switch (type.getTypeRoot()) {
            case TINYINT -> value -> ((Integer) value).byteValue();
            case SMALLINT -> value -> ((Integer) value).shortValue();
            case ROW -> rows((RowType) type);
            case ARRAY -> arrays(((ArrayType) type).getElementType());
            case MAP -> maps(((MapType) type).getKeyType(), ((MapType) type).getValueType());
            case MULTISET -> maps(((MultisetType) type).getElementType(), new IntType(false));
            default -> null;
        };
    }

    private static @Nullable UnaryOperator<Object> rows(RowType type) {
        List<LogicalType> types = type.getChildren();
        int arity = types.size();
        RowData.FieldGetter[] getters = new RowData.FieldGetter[arity];
        @Nullable UnaryOperator<Object>[] narrowings = newArray(arity);
        boolean narrow = false;
        for (int i = 0; i < arity; i++) {
            getters[i] = RowData.createFieldGetter(stored(types.get(i)), i);
            narrowings[i] = narrowing(types.get(i));
            narrow |= narrowings[i] != null;
        }
        if (!narrow) {
            return null;
        }
        return value -> {
            RowData row = (RowData) value;
            GenericRowData result = new GenericRowData(row.getRowKind(), arity);
            for (int i = 0; i < arity; i++) {
                result.setField(i, apply(narrowings[i], getters[i].getFieldOrNull(row)));
            }
            return result;
        };
    }

    private static @Nullable UnaryOperator<Object> arrays(LogicalType type) {
        UnaryOperator<Object> narrowing = narrowing(type);
        if (narrowing == null) {
            return null;
        }
        ArrayData.ElementGetter getter = ArrayData.createElementGetter(stored(type));
        return value -> {
            ArrayData array = (ArrayData) value;
            @Nullable Object[] result = new Object[array.size()];
            for (int i = 0; i < result.length; i++) {
                result[i] = apply(narrowing, getter.getElementOrNull(array, i));
            }
            return new GenericArrayData(result);
        };
    }

    private static @Nullable UnaryOperator<Object> maps(LogicalType keyType, LogicalType valueType) {
        UnaryOperator<Object> keyNarrowing = narrowing(keyType);
        UnaryOperator<Object> valueNarrowing = narrowing(valueType);
        if (keyNarrowing == null && valueNarrowing == null) {
            return null;
        }
        ArrayData.ElementGetter keyGetter = ArrayData.createElementGetter(stored(keyType));
        ArrayData.ElementGetter valueGetter = ArrayData.createElementGetter(stored(valueType));
        return value -> {
            MapData map = (MapData) value;
            ArrayData keys = map.keyArray();
            ArrayData values = map.valueArray();
            Map<@Nullable Object, @Nullable Object> result = new LinkedHashMap<>();
            for (int i = 0; i < map.size(); i++) {
                result.put(
                        apply(keyNarrowing, keyGetter.getElementOrNull(keys, i)),
                        apply(valueNarrowing, valueGetter.getElementOrNull(values, i)));
            }
            return new GenericMapData(result);
        };
    }

    private static @Nullable Object apply(@Nullable UnaryOperator<Object> narrowing, @Nullable Object value) {
        return narrowing == null || value == null ? value : narrowing.apply(value);
    }

    /** The type by which a value is asked of a row as it was read. */
    private static LogicalType stored(LogicalType type) {
        return switch (type.getTypeRoot()) {
            case TINYINT, SMALLINT -> new IntType(type.isNullable());
            default -> type;
        };
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static UnaryOperator<Object>[] newArray(int length) {
        return new UnaryOperator[length];
    }
}
