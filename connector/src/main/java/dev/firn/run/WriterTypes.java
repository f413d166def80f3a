package dev.firn.run;

import java.util.List;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.MultisetType;
import org.apache.flink.table.types.logical.RowType;

/**
 * A row type as Iceberg's Flink writer understands it: a multiset, which it does not know, is the map of counts that it
 * is in memory as well as in the Iceberg schema.
 */
final class WriterTypes {

    private WriterTypes() {}

    static RowType of(RowType type) {
        List<RowType.RowField> fields = type.getFields().stream()
                .map(field -> new RowType.RowField(
                        field.getName(),
                        of(field.getType()),
                        field.getDescription().orElse(null)))
                .toList();
        return new RowType(type.isNullable(), fields);
    }

    private static LogicalType of(LogicalType type) {
        return switch (type.getTypeRoot()) {
            case ROW -> of((RowType) type);
            case ARRAY -> new ArrayType(type.isNullable(), of(((ArrayType) type).getElementType()));
            case MAP ->
                new MapType(type.isNullable(), of(((MapType) type).getKeyType()), of(((MapType) type).getValueType()));
            case MULTISET ->
                new MapType(type.isNullable(), of(((MultisetType) type).getElementType()), new IntType(false));
            default -> type;
        };
    }
}
