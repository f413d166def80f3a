package dev.firn.iceberg;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.apache.iceberg.types.Types.NestedField.required;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TableLayoutTest {

    private static final Schema SCHEMA = new Schema(
            List.of(
                    required(1, "day", Types.DateType.get()),
                    required(2, "id", Types.LongType.get()),
                    optional(3, "note", Types.StringType.get())),
            Set.of(1, 2));
    private static final SortOrder BY_ID_AND_DAY =
            SortOrder.builderFor(SCHEMA).asc("id").asc("day").build();
    private static final PartitionSpec BY_BUCKET =
            PartitionSpec.builderFor(SCHEMA).bucket("id", 8).build();

    private final InMemoryCatalog catalog = new InMemoryCatalog();

    @BeforeEach
    void open() {
        catalog.initialize("test", Map.of());
        catalog.createNamespace(Namespace.of("db"));
    }

    @AfterEach
    void close() throws Exception {
        catalog.close();
    }

    @Test
    void tellsKeyPartitionAndBucket() {
        PartitionSpec spec =
                PartitionSpec.builderFor(SCHEMA).bucket("id", 8).identity("day").build();

        assertThat(TableLayout.of(table(SCHEMA, spec, BY_ID_AND_DAY, "3")))
                .isEqualTo(new TableLayout(List.of("id", "day"), List.of("day"), "id", 8, 0));
    }

    @Test
    void bucketPositionIsThatInTheSpec() {
        PartitionSpec spec =
                PartitionSpec.builderFor(SCHEMA).identity("day").bucket("id", 8).build();

        assertThat(TableLayout.of(table(SCHEMA, spec, BY_ID_AND_DAY, "3")).bucketPosition())
                .isEqualTo(1);
    }

    @Test
    void keyIsInTheOrderOfTheSchemaIfTheSortOrderIsNotByTheKey() {
        SortOrder descending =
                SortOrder.builderFor(SCHEMA).asc("id").desc("day").build();
        SortOrder partial = SortOrder.builderFor(SCHEMA).asc("id").build();
        SortOrder wider =
                SortOrder.builderFor(SCHEMA).asc("id").asc("day").asc("note").build();
        SortOrder transformed = SortOrder.builderFor(SCHEMA)
                .asc("id")
                .asc(Expressions.year("day"))
                .build();

        for (SortOrder order : List.of(SortOrder.unsorted(), descending, partial, wider, transformed)) {
            assertThat(TableLayout.of(table(SCHEMA, BY_BUCKET, order, "3")).primaryKey())
                    .as(order.toString())
                    .containsExactly("day", "id");
        }
    }

    @Test
    void droppedPartitionFieldsDoNotCount() {
        PartitionSpec spec = PartitionSpec.builderFor(SCHEMA)
                .alwaysNull("note")
                .bucket("id", 8)
                .build();

        TableLayout layout = TableLayout.of(table(SCHEMA, spec, SortOrder.unsorted(), "3"));

        assertThat(layout.partitionColumns()).isEmpty();
        assertThat(layout.bucketPosition()).isEqualTo(1);
    }

    @Test
    void refusesAFormatVersionWithoutDeletionVectors() {
        Table table = table(SCHEMA, BY_BUCKET, BY_ID_AND_DAY, "2");

        assertThatThrownBy(() -> TableLayout.of(table))
                .isInstanceOf(UnsupportedTableException.class)
                .hasMessageContaining("db.t has format version 2")
                .hasMessageContaining("'upgrade-format-version' = 'true'");
    }

    @Test
    void refusesATableWithoutAPrimaryKey() {
        Schema keyless = new Schema(SCHEMA.columns());

        assertThatThrownBy(() -> TableLayout.of(table(keyless, BY_BUCKET, SortOrder.unsorted(), "3")))
                .isInstanceOf(UnsupportedTableException.class)
                .hasMessageContaining("no primary key")
                .hasMessageContaining("SET IDENTIFIER FIELDS");
    }

    @Test
    void refusesANestedKeyColumn() {
        Schema nested = new Schema(
                List.of(required(1, "who", Types.StructType.of(required(2, "id", Types.LongType.get())))), Set.of(2));

        assertThatThrownBy(
                        () -> TableLayout.of(table(nested, PartitionSpec.unpartitioned(), SortOrder.unsorted(), "3")))
                .isInstanceOf(UnsupportedTableException.class)
                .hasMessageContaining("'who.id'")
                .hasMessageContaining("top-level");
    }

    @Test
    void refusesAnythingButOneBucketField() {
        PartitionSpec none = PartitionSpec.builderFor(SCHEMA).identity("day").build();
        PartitionSpec two = PartitionSpec.builderFor(SCHEMA)
                .bucket("id", 8)
                .bucket("day", 8)
                .build();

        assertThatThrownBy(() -> TableLayout.of(table(SCHEMA, none, BY_ID_AND_DAY, "3")))
                .hasMessageContaining("it has 0 bucket fields");
        assertThatThrownBy(() -> TableLayout.of(table(SCHEMA, two, BY_ID_AND_DAY, "3")))
                .hasMessageContaining("it has 2 bucket fields");
    }

    @Test
    void refusesAPartitionThatTheKeyDoesNotTell() {
        PartitionSpec outside = PartitionSpec.builderFor(SCHEMA)
                .identity("note")
                .bucket("id", 8)
                .build();

        assertThatThrownBy(() -> TableLayout.of(table(SCHEMA, outside, BY_ID_AND_DAY, "3")))
                .isInstanceOf(UnsupportedTableException.class)
                .hasMessageContaining("'note' does not belong to the primary key [id, day]")
                .hasMessageContaining("'bucket' = '4'");
    }

    @Test
    void transformsOfKeyColumnsAreToldByTheKey() {
        PartitionSpec spec = PartitionSpec.builderFor(SCHEMA)
                .truncate("id", 10)
                .year("day")
                .bucket("id", 8)
                .build();

        TableLayout layout = TableLayout.of(table(SCHEMA, spec, BY_ID_AND_DAY, "3"));

        assertThat(layout.partitionColumns()).as("by their values").isEmpty();
        assertThat(layout.bucketPosition()).isEqualTo(2);
    }

    private Table table(Schema schema, PartitionSpec spec, SortOrder order, String formatVersion) {
        TableIdentifier identifier = TableIdentifier.of("db", "t");
        catalog.dropTable(identifier);
        return catalog.buildTable(identifier, schema)
                .withPartitionSpec(spec)
                .withSortOrder(order)
                .withProperty("format-version", formatVersion)
                .create();
    }
}
