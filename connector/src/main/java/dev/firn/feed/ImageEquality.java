package dev.firn.feed;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.MultisetType;
import org.jspecify.annotations.Nullable;

/** Whether two images have the same values, however these are held. */
final class ImageEquality {

    private final List<Field> fields;

    private record Field(RowData.FieldGetter getter, UnaryOperator<Object> comparable) {

        @Nullable Object value(RowData row) {
            Object value = getter.getFieldOrNull(row);
            return value == null ? null : comparable.apply(value);
        }
    }

    private ImageEquality(List<Field> fields) {
        this.fields = fields;
    }

    /** Of all columns of the table; a row's id does not count. */
    static ImageEquality of(ImageColumns columns) {
        return new ImageEquality(fields(columns.rowType().getChildren().subList(0, columns.columns())));
    }

    boolean same(RowData one, RowData other) {
        for (Field field : fields) {
            if (!Objects.equals(field.value(one), field.value(other))) {
                return false;
            }
        }
        return true;
    }

    private static List<Field> fields(List<LogicalType> types) {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            fields.add(new Field(RowData.createFieldGetter(types.get(i), i), comparable(types.get(i))));
        }
        return List.copyOf(fields);
    }

    /** Turns a value that is not null into one that knows its equals. */
    private static UnaryOperator<Object> comparable(LogicalType type) {
        return switch (type.getTypeRoot()) {
            case BINARY, VARBINARY -> value -> ByteBuffer.wrap((byte[]) value);
            case ROW -> rows(type.getChildren());
            case ARRAY -> arrays(((ArrayType) type).getElementType());
            case MAP -> maps(((MapType) type).getKeyType(), ((MapType) type).getValueType());
            case MULTISET -> maps(((MultisetType) type).getElementType(), new IntType(false));
            default -> value -> value;
        };
    }

    private static UnaryOperator<Object> rows(List<LogicalType> types) {
        List<Field> nested = fields(types);
        return value -> {
            @Nullable Object[] values = new Object[nested.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = nested.get(i).value((RowData) value);
            }
            return Arrays.asList(values);
        };
    }

    private static UnaryOperator<Object> arrays(LogicalType type) {
        ArrayData.ElementGetter getter = ArrayData.createElementGetter(type);
        UnaryOperator<Object> comparable = comparable(type);
        return value -> Arrays.asList(values((ArrayData) value, getter, comparable));
    }

    private static UnaryOperator<Object> maps(LogicalType keyType, LogicalType valueType) {
        ArrayData.ElementGetter keyGetter = ArrayData.createElementGetter(keyType);
        ArrayData.ElementGetter valueGetter = ArrayData.createElementGetter(valueType);
        UnaryOperator<Object> comparableKey = comparable(keyType);
        UnaryOperator<Object> comparableValue = comparable(valueType);
        return value -> {
            MapData map = (MapData) value;
            @Nullable Object[] keys = values(map.keyArray(), keyGetter, comparableKey);
            @Nullable Object[] values = values(map.valueArray(), valueGetter, comparableValue);
            Map<@Nullable Object, @Nullable Object> result = new HashMap<>();
            for (int i = 0; i < keys.length; i++) {
                result.put(keys[i], values[i]);
            }
            return result;
        };
    }

    private static @Nullable Object[] values(
            ArrayData array, ArrayData.ElementGetter getter, UnaryOperator<Object> comparable) {
        @Nullable Object[] values = new Object[array.size()];
        for (int i = 0; i < values.length; i++) {
            Object value = getter.getElementOrNull(array, i);
            values[i] = value == null ? null : comparable.apply(value);
        }
        return values;
    }
}
