package dev.firn.iceberg;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.iceberg.TableDefinition.Bucketing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BinaryType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.RowType.RowField;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;

class ColumnCheckTest {

    @Test
    void columnsInAnotherOrderOrFewerFit() {
        Table table = table(
                NestedField.optional(2, "a", Types.IntegerType.get()),
                NestedField.optional(3, "b", Types.StringType.get()));

        assertWritable(table, new RowField("b", new VarCharType(7)), new RowField("a", new SmallIntType()));
        assertWritable(table);
    }

    @Test
    void aUuidIsSixteenBytes() {
        Table table = table(NestedField.optional(2, "u", Types.UUIDType.get()));

        assertWritable(table, new RowField("u", new BinaryType(16)));
        assertNotWritable(table, "'u' is declared as BINARY(15)", new RowField("u", new BinaryType(15)));
    }

    @Test
    void refusesAColumnThatTheTableLacks() {
        Table table = table(NestedField.optional(2, "Note", Types.StringType.get()));

        assertNotWritable(table, "lacks column 'note' (but has 'Note')", new RowField("note", new VarCharType(7)));
    }

    @Test
    void refusesAnotherType() {
        Table table = table(
                NestedField.optional(2, "n", Types.LongType.get()),
                NestedField.optional(3, "t", Types.TimestampNanoType.withoutZone()));

        assertNotWritable(
                table,
                "'n' is declared as INT but table test.db.t stores long. Declare it as BIGINT",
                new RowField("n", new IntType()));
        assertNotWritable(table, "'t' is declared as TIMESTAMP(6)", new RowField("t", new TimestampType(3)));
        assertNotWritable(table, "'n' is declared as ARRAY<INT>", new RowField("n", new ArrayType(new IntType())));
    }

    @Test
    void comparesInsideOfNestedTypes() {
        Table table = table(
                NestedField.optional(2, "a", Types.ListType.ofOptional(3, Types.LongType.get())),
                NestedField.optional(
                        4, "m", Types.MapType.ofOptional(5, 6, Types.StringType.get(), Types.LongType.get())),
                NestedField.optional(
                        7,
                        "r",
                        Types.StructType.of(
                                NestedField.required(8, "x", Types.LongType.get()),
                                NestedField.optional(9, "y", Types.LongType.get()))));
        LogicalType bigint = new BigIntType();
        LogicalType string = new VarCharType(VarCharType.MAX_LENGTH);

        assertWritable(
                table,
                new RowField("a", new ArrayType(bigint)),
                new RowField("m", new MapType(string, bigint)),
                new RowField("r", row(new BigIntType(false), "x", bigint, "y")));
        assertNotWritable(table, "'a.element' is declared as INT", new RowField("a", new ArrayType(new IntType())));
        assertNotWritable(table, "'m.key' is declared as BIGINT", new RowField("m", new MapType(bigint, bigint)));
        assertNotWritable(table, "'m.value' is declared as STRING", new RowField("m", new MapType(string, string)));
        assertNotWritable(
                table,
                "'r' is declared as a ROW with the fields [y, x]",
                new RowField("r", row(bigint, "y", new BigIntType(false), "x")));
        assertNotWritable(
                table, "'r.x' is declared nullable but is required", new RowField("r", row(bigint, "x", bigint, "y")));
    }

    @Test
    void nullsMustNotReachARequiredColumn() {
        Table table = table(NestedField.required(2, "n", Types.LongType.get()));

        assertWritable(table, new RowField("n", new BigIntType(false)));
        assertNotWritable(table, "'n' is declared nullable but is required", new RowField("n", new BigIntType(true)));
        assertNotWritable(table, "'n' of table test.db.t is required, but the declaration lacks it");
        assertThatCode(() -> ColumnCheck.readable(table, columns(new RowField("n", new BigIntType(true)))))
                .doesNotThrowAnyException();
    }

    @Test
    void nullsMustNotComeOutOfAnOptionalColumnThatIsDeclaredNotNull() {
        Table table = table(NestedField.optional(2, "n", Types.LongType.get()));

        assertWritable(table, new RowField("n", new BigIntType(false)));
        assertThatThrownBy(() -> ColumnCheck.readable(table, columns(new RowField("n", new BigIntType(false)))))
                .isInstanceOf(UnsupportedTableException.class)
                .hasMessageContaining("'n' is declared NOT NULL but is optional")
                .hasMessageContaining("Declare it without NOT NULL");
    }

    @Test
    void aTypeThatFlinkLacksIsNamed() {
        Table table = table(NestedField.optional(2, "g", (Type) Types.GeometryType.crs84()));

        assertNotWritable(table, "(which Flink cannot read)", new RowField("g", new IntType()));
    }

    private static RowType row(LogicalType first, String firstName, LogicalType second, String secondName) {
        return RowType.of(new LogicalType[] {first, second}, new String[] {firstName, secondName});
    }

    private static RowType columns(RowField... more) {
        RowField id = new RowField("id", new BigIntType(false));
        return new RowType(Stream.concat(Stream.of(id), Arrays.stream(more)).toList());
    }

    private static void assertWritable(Table table, RowField... declared) {
        assertThatCode(() -> ColumnCheck.writable(table, definition(declared))).doesNotThrowAnyException();
    }

    private static void assertNotWritable(Table table, String message, RowField... declared) {
        assertThatThrownBy(() -> ColumnCheck.writable(table, definition(declared)))
                .isInstanceOf(UnsupportedTableException.class)
                .hasMessageContaining(message);
    }

    private static TableDefinition definition(RowField... declared) {
        return new TableDefinition(columns(declared), List.of("id"), List.of(), Bucketing.DEFAULT, Map.of());
    }

    /** A table with a key column 'id' and others. */
    private static Table table(NestedField... others) {
        InMemoryCatalog catalog = new InMemoryCatalog();
        catalog.initialize("test", Map.of());
        catalog.createNamespace(Namespace.of("db"));
        List<NestedField> columns = new ArrayList<>(List.of(others));
        columns.add(NestedField.required(1, "id", Types.LongType.get()));
        Schema schema = new Schema(columns, Set.of(1));
        return catalog.buildTable(TableIdentifier.of("db", "t"), schema)
                .withPartitionSpec(
                        PartitionSpec.builderFor(schema).bucket("id", 4).build())
                .withProperty("format-version", "3")
                .create();
    }
}
