package dev.firn.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.iceberg.TableDefinition.Bucketing;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.NullType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.RowType.RowField;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableProvisionerTest {

    private static final TableIdentifier ORDERS = TableIdentifier.of("shop", "orders");
    private static final RowType COLUMNS = new RowType(List.of(
            new RowField("day", new DateType(false)),
            new RowField("id", new BigIntType(false)),
            new RowField("note", new VarCharType(VarCharType.MAX_LENGTH), "free text")));
    private static final TableDefinition DEFINITION =
            new TableDefinition(COLUMNS, List.of("id", "day"), List.of("day"), Bucketing.DEFAULT, Map.of());

    private final InMemoryCatalog catalog = new InMemoryCatalog();
    private final TableProvisioner provisioner = TableProvisioner.of(catalog);

    @BeforeEach
    void open() {
        catalog.initialize("test", Map.of());
    }

    @AfterEach
    void close() throws Exception {
        catalog.close();
    }

    @Test
    void createsNamespaceAndTable() {
        TableLayout layout = provisioner.createIfMissing(ORDERS, DEFINITION);

        assertThat(layout).isEqualTo(new TableLayout(List.of("id", "day"), List.of("day"), "id", 4, 1));
        Table table = catalog.loadTable(ORDERS);
        assertThat(TableUtil.formatVersion(table)).isEqualTo(3);
        assertThat(table.schema().identifierFieldNames()).containsExactlyInAnyOrder("id", "day");
        assertThat(table.schema().findField("note").doc()).isEqualTo("free text");
        assertThat(table.sortOrder().fields())
                .extracting(field -> table.schema().findColumnName(field.sourceId()))
                .containsExactly("id", "day");
        assertThat(table.properties())
                .containsEntry("write.metadata.metrics.column.id", "full")
                .containsEntry("write.parquet.bloom-filter-enabled.column.id", "true")
                .containsEntry("write.merge.mode", "merge-on-read")
                .containsEntry("commit.manifest.min-count-to-merge", "20")
                .containsEntry("write.metadata.delete-after-commit.enabled", "true");
    }

    @Test
    void createsNestedNamespaces() {
        TableIdentifier nested = TableIdentifier.of("shop", "eu", "orders");

        provisioner.createIfMissing(nested, DEFINITION);

        assertThat(catalog.namespaceExists(Namespace.of("shop", "eu"))).isTrue();
        assertThat(catalog.tableExists(nested)).isTrue();
    }

    @Test
    void createsInAHadoopCatalog(@TempDir Path warehouse) throws Exception {
        try (HadoopCatalog hadoop = new HadoopCatalog(new Configuration(), warehouse.toString())) {
            TableProvisioner.of(hadoop).createIfMissing(ORDERS, DEFINITION);

            assertThat(TableLayout.of(hadoop.loadTable(ORDERS)).bucketColumn()).isEqualTo("id");
        }
    }

    @Test
    void bucketCountAndBucketKeyAreAsDeclared() {
        TableLayout layout = provisioner.createIfMissing(
                ORDERS, bucketing(Bucketing.DEFAULT.withCount(7).withColumn("day")));

        assertThat(layout.bucketCount()).isEqualTo(7);
        assertThat(layout.bucketColumn()).isEqualTo("day");
    }

    @Test
    void declaredPropertiesWin() {
        provisioner.createIfMissing(
                ORDERS, properties(Map.of("write.target-file-size-bytes", "1000", "format-version", "3")));

        assertThat(catalog.loadTable(ORDERS).properties())
                .containsEntry("write.target-file-size-bytes", "1000")
                .doesNotContainKey("format-version");
    }

    @Test
    void refusesPropertiesThatContradictWhatIsWritten() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> provisioner.createIfMissing(ORDERS, properties(Map.of("format-version", "2"))))
                .withMessageContaining("'format-version' is '2'");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> provisioner.createIfMissing(ORDERS, properties(Map.of("write.format.default", "orc"))))
                .withMessageContaining("'write.format.default' is 'orc'");
        assertThat(catalog.namespaceExists(Namespace.of("shop"))).isFalse();
    }

    @Test
    void aColumnNamedLikeTheBucketFieldIsNoObstacle() {
        RowType columns =
                RowType.of(new LogicalType[] {new BigIntType(false), new IntType()}, new String[] {"id", "id_bucket"});

        TableLayout layout = provisioner.createIfMissing(
                ORDERS, new TableDefinition(columns, List.of("id"), List.of(), Bucketing.DEFAULT, Map.of()));

        assertThat(layout.bucketColumn()).isEqualTo("id");
    }

    @Test
    void usesAnExistingTableThatFits() {
        provisioner.createIfMissing(ORDERS, bucketing(Bucketing.DEFAULT.withCount(7)));

        TableDefinition silent =
                new TableDefinition(COLUMNS, List.of("day", "id"), List.of(), Bucketing.DEFAULT, Map.of());
        TableLayout layout = provisioner.createIfMissing(ORDERS, silent);

        assertThat(layout.bucketCount()).isEqualTo(7);
        assertThat(layout.partitionColumns()).containsExactly("day");
        assertThat(layout.primaryKey()).containsExactly("id", "day");
    }

    @Test
    void propertiesOfAnExistingTableStay() {
        provisioner.createIfMissing(ORDERS, DEFINITION);
        provisioner.createIfMissing(ORDERS, properties(Map.of("write.target-file-size-bytes", "1000")));

        assertThat(catalog.loadTable(ORDERS).properties()).containsEntry("write.target-file-size-bytes", "134217728");
    }

    @Test
    void theLoserOfARaceChecksTheWinnersTable() {
        InMemoryCatalog raced = new InMemoryCatalog() {
            private boolean won;

            @Override
            public TableBuilder buildTable(TableIdentifier identifier, Schema schema) {
                TableBuilder builder = super.buildTable(identifier, schema);
                if (!won) {
                    won = true;
                    TableProvisioner.of(this).createIfMissing(identifier, bucketing(Bucketing.DEFAULT.withCount(7)));
                }
                return builder;
            }
        };
        raced.initialize("raced", Map.of());

        assertThat(TableProvisioner.of(raced)
                        .createIfMissing(ORDERS, DEFINITION)
                        .bucketCount())
                .isEqualTo(7);
    }

    @Test
    void theLoserOfARaceIsToldWhatDoesNotFit() {
        InMemoryCatalog raced = new InMemoryCatalog() {
            private boolean won;

            @Override
            public void createNamespace(Namespace namespace, Map<String, String> metadata) {
                if (!won) {
                    won = true;
                    TableProvisioner.of(this).createIfMissing(ORDERS, bucketing(Bucketing.DEFAULT.withCount(7)));
                }
                super.createNamespace(namespace, metadata);
            }
        };
        raced.initialize("raced", Map.of());

        assertThatThrownBy(() ->
                        TableProvisioner.of(raced).createIfMissing(ORDERS, bucketing(Bucketing.DEFAULT.withCount(8))))
                .isInstanceOf(UnsupportedTableException.class)
                .hasMessageContaining("has 7 buckets");
    }

    @Test
    void refusesAnotherBucketCountBucketKeyOrPartition() {
        provisioner.createIfMissing(ORDERS, DEFINITION);

        assertRefused(bucketing(Bucketing.DEFAULT.withCount(6)), "'bucket' = '6'", "Set 'bucket' = '8'");
        assertRefused(bucketing(Bucketing.DEFAULT.withCount(2)), "'bucket' = '2'", "'4' for as many as there are");
        assertRefused(
                bucketing(Bucketing.DEFAULT.withColumn("day")), "'bucket-key' = 'day'", "Set 'bucket-key' = 'id'");
        assertRefused(
                new TableDefinition(COLUMNS, List.of("id", "day"), List.of("id"), Bucketing.DEFAULT, Map.of()),
                "PARTITIONED BY [id]",
                "is partitioned by [day]");
    }

    @Test
    void refusesAnotherPrimaryKey() {
        provisioner.createIfMissing(ORDERS, DEFINITION);

        assertRefused(
                new TableDefinition(COLUMNS, List.of("id"), List.of(), Bucketing.DEFAULT, Map.of()),
                "[id] is not that of table",
                "PRIMARY KEY (day, id)");
    }

    @Test
    void refusesAnOptionalKeyColumn() {
        RowType nullableDay = new RowType(
                List.of(new RowField("day", new DateType()), COLUMNS.getFields().get(1)));
        catalog.createNamespace(ORDERS.namespace());
        catalog.createTable(ORDERS, FlinkSchemaUtil.convert(FlinkSchemaUtil.toResolvedSchema(nullableDay)));

        assertRefused(DEFINITION, "Primary key column 'day' is optional", "Make the column required");
    }

    @Test
    void refusesAnOldFormatVersionAndUpgradesOnRequest() {
        TableIdentifier old = ofFormatVersion2();

        assertThatThrownBy(() -> provisioner.createIfMissing(old, DEFINITION))
                .isInstanceOf(UnsupportedTableException.class)
                .hasMessageContaining("format version 2");
        assertThatThrownBy(() -> provisioner
                        .upgradingFormatVersion()
                        .createIfMissing(old, bucketing(Bucketing.DEFAULT.withCount(6))))
                .hasMessageContaining("'bucket' = '6'");
        assertThat(TableUtil.formatVersion(catalog.loadTable(old))).isEqualTo(2);

        provisioner.upgradingFormatVersion().createIfMissing(old, DEFINITION);

        assertThat(TableUtil.formatVersion(catalog.loadTable(old))).isEqualTo(3);
    }

    @Test
    void refusesToUpgradeATableWithEqualityDeletes() {
        TableIdentifier old = ofFormatVersion2();
        Table table = catalog.loadTable(old);
        DeleteFile deletes = FileMetadata.deleteFileBuilder(table.spec())
                .ofEqualityDeletes(1)
                .withPath("memory:///deletes.parquet")
                .withPartitionPath("day=2026-01-01/id_bucket=1")
                .withFileSizeInBytes(1)
                .withRecordCount(1)
                .build();
        table.newRowDelta().addDeletes(deletes).commit();

        assertThatThrownBy(() -> provisioner.upgradingFormatVersion().createIfMissing(old, DEFINITION))
                .isInstanceOf(UnsupportedTableException.class)
                .hasMessageContaining("equality deletes")
                .hasMessageContaining("rewrite_data_files");
        assertThat(TableUtil.formatVersion(catalog.loadTable(old))).isEqualTo(2);

        table.newRowDelta().removeDeletes(deletes).commit();
        provisioner.upgradingFormatVersion().createIfMissing(old, DEFINITION);
        assertThat(TableUtil.formatVersion(catalog.loadTable(old))).isEqualTo(3);
    }

    @Test
    void moreBucketsChangeTheSpecAndNoFile() {
        provisioner.createIfMissing(ORDERS, DEFINITION);
        appendUnread("day=2026-01-01/id_bucket=1", FileFormat.PARQUET);

        TableLayout grown = provisioner.createIfMissing(ORDERS, bucketing(Bucketing.DEFAULT.withCount(8)));

        assertThat(grown.bucketCount()).isEqualTo(8);
        assertThat(grown.partitionColumns()).containsExactly("day");
        Table table = catalog.loadTable(ORDERS);
        assertThat(table.spec().fields())
                .extracting(field -> field.name() + " " + field.transform())
                .containsExactly("day identity", "id_bucket_8 bucket[8]");
        assertThat(table.specs()).hasSize(2);
        assertThat(table.snapshots()).hasSize(1);
        assertThat(provisioner.createIfMissing(ORDERS, DEFINITION))
                .as("left open")
                .isEqualTo(grown);
        assertThat(provisioner.createIfMissing(ORDERS, bucketing(Bucketing.DEFAULT.withCount(8))))
                .isEqualTo(grown);
        assertThat(catalog.loadTable(ORDERS).specs()).hasSize(2);
    }

    @Test
    void nothingGrowsIfAnythingElseDoesNotFit() {
        provisioner.createIfMissing(ORDERS, DEFINITION);
        RowType other = new RowType(
                List.of(COLUMNS.getFields().get(0), COLUMNS.getFields().get(1), new RowField("more", new IntType())));

        assertRefused(
                new TableDefinition(
                        other, List.of("id", "day"), List.of("day"), Bucketing.DEFAULT.withCount(8), Map.of()),
                "lacks column 'more'",
                "ADD COLUMN");
        assertThat(catalog.loadTable(ORDERS).specs()).hasSize(1);
    }

    @Test
    void aTableOfAnotherEngineIsAdoptedByDeclaringItsBuckets() {
        Schema schema = ForeignTables.ORDERS_WITH_TIME;
        PartitionSpec foreign = PartitionSpec.builderFor(schema)
                .day("at")
                .identity("day")
                .bucket("note", 16)
                .build();
        catalog.createNamespace(ORDERS.namespace());
        catalog.buildTable(ORDERS, schema)
                .withPartitionSpec(foreign)
                .withProperty("format-version", "3")
                .create();
        TableDefinition undecided = ForeignTables.definition(Bucketing.DEFAULT);
        assertRefused(undecided, "does not suit Firn", "'bucket' = '4'");

        TableLayout adopted =
                provisioner.createIfMissing(ORDERS, ForeignTables.definition(Bucketing.DEFAULT.withCount(4)));

        assertThat(adopted.bucketColumn()).isEqualTo("id");
        assertThat(catalog.loadTable(ORDERS).spec().fields())
                .extracting(field -> field.name() + " " + field.transform())
                .containsExactly("day identity", "id_bucket_4 bucket[4]");
    }

    @Test
    void aTransformOfAKeyColumnStaysWhenATableIsAdopted() {
        Schema schema = ForeignTables.TIME_IN_KEY;
        catalog.createNamespace(ORDERS.namespace());
        catalog.buildTable(ORDERS, schema)
                .withPartitionSpec(PartitionSpec.builderFor(schema).day("at").build())
                .withProperty("format-version", "3")
                .create();

        provisioner.createIfMissing(
                ORDERS,
                new TableDefinition(
                        FlinkSchemaUtil.convert(schema),
                        List.of("id", "at"),
                        List.of(),
                        Bucketing.DEFAULT.withCount(2),
                        Map.of()));

        assertThat(catalog.loadTable(ORDERS).spec().fields())
                .extracting(field -> field.name() + " " + field.transform())
                .containsExactly("at_day day", "id_bucket_2 bucket[2]");
    }

    @Test
    void refusesToAdoptFilesThatFirnCannotRead() {
        provisioner.createIfMissing(ORDERS, DEFINITION);
        appendUnread("day=2026-01-01/id_bucket=1", FileFormat.ORC);

        assertRefused(bucketing(Bucketing.DEFAULT.withCount(8)), "is ORC", "'write.format.default' = 'parquet'");
        assertThat(catalog.loadTable(ORDERS).specs()).hasSize(1);
    }

    private void appendUnread(String partitionPath, FileFormat format) {
        Table table = catalog.loadTable(ORDERS);
        table.newAppend()
                .appendFile(DataFiles.builder(table.spec())
                        .withPath("memory:///old." + format)
                        .withFormat(format)
                        .withPartitionPath(partitionPath)
                        .withFileSizeInBytes(1)
                        .withRecordCount(1)
                        .build())
                .commit();
    }

    /** Tables of another engine. */
    private static final class ForeignTables {

        static final Schema ORDERS_WITH_TIME = new Schema(
                List.of(
                        NestedField.required(1, "id", Types.LongType.get()),
                        NestedField.required(2, "day", Types.StringType.get()),
                        NestedField.required(3, "at", Types.TimestampType.withoutZone()),
                        NestedField.required(4, "note", Types.StringType.get())),
                Set.of(1, 2));

        static final Schema TIME_IN_KEY = new Schema(
                List.of(
                        NestedField.required(1, "id", Types.LongType.get()),
                        NestedField.required(2, "at", Types.TimestampType.withoutZone())),
                Set.of(1, 2));

        static TableDefinition definition(Bucketing bucketing) {
            return new TableDefinition(
                    FlinkSchemaUtil.convert(ORDERS_WITH_TIME), List.of("day", "id"), List.of(), bucketing, Map.of());
        }
    }

    @Test
    void aMissingTableCannotBeRead() {
        assertThatThrownBy(() -> provisioner.checkReadable(ORDERS, COLUMNS, new TimeTravel.Current()))
                .isInstanceOf(UnsupportedTableException.class)
                .hasMessageContaining("shop.orders does not exist in catalog test")
                .hasMessageContaining("'catalog-table'");
        assertThat(catalog.namespaceExists(Namespace.of("shop"))).isFalse();
    }

    @Test
    void aTableIsReadByTheColumnsThatAreDeclared() {
        provisioner.createIfMissing(ORDERS, DEFINITION);

        provisioner.checkReadable(ORDERS, new RowType(COLUMNS.getFields().subList(0, 2)), new TimeTravel.Current());
        RowType unstorable = new RowType(List.of(new RowField("day", new NullType())));
        RowType other = new RowType(List.of(new RowField("day", new IntType())));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> provisioner.checkReadable(ORDERS, unstorable, new TimeTravel.Current()))
                .withMessageContaining("Column 'day' has type NULL");
        assertThatThrownBy(() -> provisioner.checkReadable(ORDERS, other, new TimeTravel.Current()))
                .isInstanceOf(UnsupportedTableException.class)
                .hasMessageContaining("'day' is declared as INT");
    }

    /** A table like the definition's, but for its format version. */
    private TableIdentifier ofFormatVersion2() {
        provisioner.createIfMissing(ORDERS, DEFINITION);
        Table template = catalog.loadTable(ORDERS);
        TableIdentifier old = TableIdentifier.of("shop", "old");
        catalog.buildTable(old, template.schema())
                .withPartitionSpec(template.spec())
                .withProperty("format-version", "2")
                .create();
        return old;
    }

    private void assertRefused(TableDefinition definition, String problem, String remedy) {
        assertThatThrownBy(() -> provisioner.createIfMissing(ORDERS, definition))
                .isInstanceOf(UnsupportedTableException.class)
                .hasMessageContaining(problem)
                .hasMessageContaining(remedy);
    }

    private static TableDefinition bucketing(Bucketing bucketing) {
        return new TableDefinition(COLUMNS, List.of("id", "day"), List.of("day"), bucketing, Map.of());
    }

    private static TableDefinition properties(Map<String, String> properties) {
        return new TableDefinition(COLUMNS, List.of("id", "day"), List.of("day"), Bucketing.DEFAULT, properties);
    }
}
