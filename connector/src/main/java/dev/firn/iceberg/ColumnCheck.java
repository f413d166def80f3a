package dev.firn.iceberg;

import java.util.List;
import java.util.Optional;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.Table;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Compares declared columns with a table's. They must have the table's types; where one side may be null and the other
 * must not, it depends on the direction in which rows go.
 */
final class ColumnCheck {

    /** Where rows go, and so whose promise of a value must hold for the other side. */
    private enum Direction {
        WRITE("Declare it NOT NULL, or make it optional in the table.") {
            @Override
            boolean mayBeNull(NestedField declared, NestedField stored) {
                return declared.isOptional() && stored.isRequired();
            }
        },
        READ("Declare it without NOT NULL.") {
            @Override
            boolean mayBeNull(NestedField declared, NestedField stored) {
                return declared.isRequired() && stored.isOptional();
            }
        };

        private final String remedy;

        Direction(String remedy) {
            this.remedy = remedy;
        }

        /** Whether a NULL can come from one side that the other side does not take. */
        abstract boolean mayBeNull(NestedField declared, NestedField stored);
    }

    private final Table table;
    private final Direction direction;

    private ColumnCheck(Table table, Direction direction) {
        this.table = table;
        this.direction = direction;
    }

    /**
     * Whether rows of the declared columns can be written.
     *
     * @throws UnsupportedTableException naming the first column that does not fit
     */
    static void writable(Table table, TableDefinition definition) {
        Types.StructType declared = definition.schema().asStruct();
        new ColumnCheck(table, Direction.WRITE).columns(declared);
        for (NestedField stored : table.schema().columns()) {
            if (stored.isRequired() && stored.writeDefault() == null && declared.field(stored.name()) == null) {
                throw new UnsupportedTableException("Column '" + stored.name() + "' of table " + table.name()
                        + " is required, but the declaration lacks it. Declare it, or make it optional in the table.");
            }
        }
    }

    /**
     * Whether the table's rows can be read as the declared columns.
     *
     * @throws IllegalArgumentException naming a declared column of a type that Iceberg cannot store
     * @throws UnsupportedTableException naming the first column that does not fit
     */
    static void readable(Table table, RowType columns) {
        new ColumnCheck(table, Direction.READ).columns(stored(columns));
    }

    /**
     * The columns as Iceberg stores them, with field ids of their own.
     *
     * @throws IllegalArgumentException naming the first column of a type that Iceberg cannot store
     */
    static Types.StructType stored(RowType columns) {
        columns.getFields().forEach(ColumnCheck::checkStorable);
        return FlinkSchemaUtil.convert(columns).asStructType();
    }

    private static void checkStorable(RowType.RowField column) {
        try {
            FlinkSchemaUtil.convert(column.getType());
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Column '" + column.getName() + "' has type "
                            + column.getType().asSummaryString() + ", which Iceberg cannot store: " + e.getMessage()
                            + " Declare it with another type and CAST to that in the query.",
                    e);
        }
    }

    private void columns(Types.StructType declared) {
        for (NestedField column : declared.fields()) {
            NestedField stored = table.schema().asStruct().field(column.name());
            if (stored == null) {
                throw new UnsupportedTableException(
                        "Table " + table.name() + " lacks column '" + column.name()
                                + "'" + otherSpelling(column.name()) + ". Its columns are "
                                + names(table.schema().columns())
                                + ". Add the column to the table (ALTER TABLE … ADD COLUMN), or leave it out of the declaration.");
            }
            field(column.name(), column, stored);
        }
    }

    private String otherSpelling(String column) {
        return Optional.ofNullable(table.schema().caseInsensitiveFindField(column))
                .map(other -> " (but has '" + other.name() + "')")
                .orElse("");
    }

    private void field(String path, NestedField declared, NestedField stored) {
        if (direction.mayBeNull(declared, stored)) {
            throw new UnsupportedTableException("Column '" + path + "' is declared "
                    + (declared.isOptional() ? "nullable" : "NOT NULL") + " but is "
                    + (stored.isOptional() ? "optional" : "required") + " in table " + table.name() + ". "
                    + direction.remedy);
        }
        type(path, declared.type(), stored.type());
    }

    private void type(String path, Type declared, Type stored) {
        if (declared.isPrimitiveType() || declared.typeId() != stored.typeId()) {
            if (!declared.equals(stored) && !isUuid(declared, stored)) {
                throw different(path, declared, stored);
            }
        } else if (declared.isStructType()) {
            struct(path, declared.asStructType(), stored.asStructType());
        } else if (declared.isListType()) {
            field(
                    path + ".element",
                    declared.asListType().fields().get(0),
                    stored.asListType().fields().get(0));
        } else if (declared.isMapType()) {
            field(
                    path + ".key",
                    declared.asMapType().fields().get(0),
                    stored.asMapType().fields().get(0));
            field(
                    path + ".value",
                    declared.asMapType().fields().get(1),
                    stored.asMapType().fields().get(1));
        }
    }

    /** Nested fields go by position, hence names and order must agree. */
    private void struct(String path, Types.StructType declared, Types.StructType stored) {
        if (!names(declared.fields()).equals(names(stored.fields()))) {
            throw new UnsupportedTableException("Column '" + path + "' is declared as a ROW with the fields "
                    + names(declared.fields()) + ", but in table " + table.name() + " it has "
                    + names(stored.fields()) + ". Declare the same fields in the same order.");
        }
        for (int i = 0; i < declared.fields().size(); i++) {
            NestedField field = declared.fields().get(i);
            field(path + "." + field.name(), field, stored.fields().get(i));
        }
    }

    /** Flink has no UUID type and knows one as BINARY(16). */
    private static boolean isUuid(Type declared, Type stored) {
        return stored.typeId() == TypeID.UUID && declared.equals(Types.FixedType.ofLength(16));
    }

    private UnsupportedTableException different(String path, Type declared, Type stored) {
        return new UnsupportedTableException("Column '" + path + "' is declared as " + inFlink(declared) + " but table "
                + table.name() + " stores " + stored + ". Declare it as " + inFlink(stored)
                + " and CAST in the query, or change the type in the table.");
    }

    private static String inFlink(Type type) {
        try {
            return FlinkSchemaUtil.convert(type).asSummaryString();
        } catch (UnsupportedOperationException e) {
            return type + " (which Flink cannot read)";
        }
    }

    private static List<String> names(List<NestedField> fields) {
        return fields.stream().map(NestedField::name).toList();
    }
}
