package dev.firn.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.compaction.CompactionOptions;
import dev.firn.compaction.CompactionStrategy;
import dev.firn.iceberg.Retention;
import dev.firn.iceberg.TableDefinition.Bucketing;
import dev.firn.run.LevelCodecs;
import dev.firn.run.ParquetCodec;
import dev.firn.sink.BackPressureConfig;
import dev.firn.sink.CompactionConfig;
import dev.firn.sink.HousekeepingConfig;
import dev.firn.sink.RecordTtl;
import dev.firn.sink.SinkConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.catalog.CatalogTable;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ObjectIdentifier;
import org.apache.flink.table.catalog.ResolvedCatalogTable;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.catalog.UniqueConstraint;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.sink.SinkV2Provider;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.runtime.connector.sink.SinkRuntimeProviderContext;
import org.apache.flink.table.types.DataType;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirnTableFactoryTest {

    private static final TableIdentifier ACCOUNTS = TableIdentifier.of("bank", "accounts");

    @TempDir
    private Path warehouse;

    @Test
    void theSinkTakesChangesByKeyAndDeletesOfTheKeyAlone() {
        ChangelogMode mode = sink(Map.of()).getChangelogMode(ChangelogMode.all());

        assertThat(mode).isEqualTo(ChangelogMode.upsert(true));
    }

    @Test
    void theSinkTakesWholeDeletedRowsIfFlinkRefusesNullInThem() {
        ResolvedSchema schema = new ResolvedSchema(
                List.of(
                        Column.physical("id", DataTypes.BIGINT().notNull()),
                        Column.physical("note", DataTypes.STRING().notNull())),
                List.of(),
                UniqueConstraint.primaryKey("pk", List.of("id")),
                List.of());

        ChangelogMode mode = sink(schema, List.of(), Map.of()).getChangelogMode(ChangelogMode.all());

        assertThat(mode).isEqualTo(ChangelogMode.upsert(false));
    }

    @Test
    void nothingIsCreatedBeforeTheJobIsTranslated() {
        DynamicTableSink sink = sink(Map.of());
        assertThat(warehouse).isEmptyDirectory();

        translate(sink);

        assertThat(load().schema().findField("note").doc()).isEqualTo("free text");
    }

    @Test
    void theCommentOfTheTableIsKept() {
        translate(sink(Map.of()));

        assertThat(load().properties()).containsEntry("comment", "all accounts");
    }

    @Test
    void bucketAndBucketKeyArePartOfTheDefinition() {
        assertThat(declared(Map.of()).definition().bucketing()).isEqualTo(Bucketing.DEFAULT);
        assertThat(declared(Map.of("bucket", "7")).definition().bucketing().count())
                .isEqualTo(OptionalInt.of(7));
        assertThat(declared(Map.of("bucket-key", "id")).definition().bucketing().column())
                .contains("id");
    }

    @Test
    void tablePropertiesArePartOfTheDefinition() {
        assertThat(declared(Map.of("write.target-file-size-bytes", "1000", "table.rare", "x"))
                        .definition()
                        .properties())
                .containsEntry("write.target-file-size-bytes", "1000")
                .containsEntry("rare", "x");
    }

    @Test
    void sinkOptionsConfigureTheSink() {
        assertThat(declared(Map.of()).sinkConfig()).isEqualTo(SinkConfig.defaults());
        assertThat(declared(Map.of(
                                "sink.write-buffer", "3 mb",
                                "sink.flush-size", "1 mb",
                                "sink.index-filter-memory", "5 kb",
                                "sink.tree-memory", "7 mb",
                                "sink.local-directories", "/a;/b",
                                "sink.local-quota", "9 gb",
                                "sink.index-threads", "7",
                                "sink.accept-older-state", "true"))
                        .sinkConfig())
                .isEqualTo(SinkConfig.defaults()
                        .withWriteBufferBytes(3 << 20)
                        .withFlushBytes(1 << 20)
                        .withTreeBytes(7 << 20)
                        .withIndexes(new SinkConfig.IndexConfig(5 << 10, List.of("/a", "/b"), 9L << 30, 7))
                        .acceptingOlderState());
    }

    @Test
    void compactionOptionsConfigureTheSink() {
        SinkConfig config = declared(Map.ofEntries(
                        Map.entry("compaction.threads", "3"),
                        Map.entry("compaction.strategy", "tiered"),
                        Map.entry("compaction.rate-limit", "20 mb"),
                        Map.entry("compaction.dead-rows-ratio", "0.25"),
                        Map.entry("compaction.runs", "5"),
                        Map.entry("compaction.file-size", "1 mb"),
                        Map.entry("compaction.level-base", "2 mb"),
                        Map.entry("compaction.level-multiplier", "6"),
                        Map.entry("compaction.max-size", "30 mb"),
                        Map.entry("compaction.max-rows", "1000"),
                        Map.entry("compaction.compression", "snappy"),
                        Map.entry("sink.l0-compression", "lz4_raw"),
                        Map.entry("sink.l0-slowdown", "4"),
                        Map.entry("sink.l0-stop", "9"),
                        Map.entry("sink.pending-compaction", "7 mb")))
                .sinkConfig();

        CompactionOptions tiered = CompactionOptions.of(CompactionStrategy.TIERED);
        assertThat(config.compaction())
                .isEqualTo(new CompactionConfig(
                        3,
                        20 << 20,
                        tiered.withTargets(tiered.targets()
                                        .withRuns(5)
                                        .withFileBytes(1 << 20)
                                        .withBaseBytes(2 << 20)
                                        .withMultiplier(6))
                                .withLimits(tiered.limits().withBytes(30 << 20).withRows(1000))
                                .withDeadRowsRatio(0.25),
                        null));
        assertThat(config.write().codecs())
                .isEqualTo(new LevelCodecs(
                        ParquetCodec.of(ParquetCodec.Kind.LZ4_RAW), ParquetCodec.of(ParquetCodec.Kind.SNAPPY)));
        assertThat(config.backPressure()).isEqualTo(new BackPressureConfig(4, 9, 7 << 20));
    }

    @Test
    void housekeepingOptionsConfigureTheSink() {
        assertThat(declared(Map.of(
                                "snapshot-expiry.interval", "5 min",
                                "snapshot-expiry.max-snapshots", "20",
                                "snapshot-expiry.min-age", "30 s",
                                "orphan-removal.interval", "12 h",
                                "orphan-removal.min-age", "2 h"))
                        .sinkConfig()
                        .commits()
                        .housekeeping())
                .isEqualTo(new HousekeepingConfig(
                        Duration.ofMinutes(5),
                        new Retention(20, Duration.ofSeconds(30)),
                        Duration.ofHours(12),
                        Duration.ofHours(2)));
    }

    @Test
    void aStrategyBringsItsOwnNumberOfRuns() {
        assertThat(declared(Map.of("compaction.strategy", "TIERED"))
                        .sinkConfig()
                        .compaction()
                        .options())
                .isEqualTo(CompactionOptions.of(CompactionStrategy.TIERED));
    }

    @Test
    void recordTtlOptionsConfigureTheSink() {
        assertThat(declared(Map.of("record.ttl", "36 h", "record.ttl-column", "at"))
                        .sinkConfig()
                        .compaction())
                .isEqualTo(CompactionConfig.defaults().withTtl(new RecordTtl(Duration.ofHours(36), "at")));
    }

    @Test
    void refusesATimeToLiveThatNothingCanExpireBy() {
        assertThatThrownBy(() -> sink(Map.of("record.ttl", "1 d"))).hasStackTraceContaining("Add 'record.ttl-column'");
        assertThatThrownBy(() -> sink(Map.of("record.ttl-column", "note")))
                .hasStackTraceContaining("Add 'record.ttl', such as '30 d'");
        assertThatThrownBy(
                        () -> sink(Map.of("record.ttl", "1 d", "record.ttl-column", "note", "compaction.threads", "0")))
                .hasStackTraceContaining("Give 'compaction.threads' 1 or more");
        assertThatThrownBy(() -> sink(Map.of("record.ttl", "soon", "record.ttl-column", "note")))
                .hasStackTraceContaining("soon");
        assertThatThrownBy(() -> sink(Map.of("record.ttl", "0 s", "record.ttl-column", "note")))
                .hasStackTraceContaining("choose a positive one");
    }

    @Test
    void refusesATimeColumnThatIsMissingOrTellsNoTime() {
        assertThatThrownBy(() -> translate(sink(Map.of("record.ttl", "1 d", "record.ttl-column", "at"))))
                .hasStackTraceContaining("no column 'at'")
                .hasStackTraceContaining("[id, note]");
        assertThatThrownBy(() -> translate(sink(Map.of("record.ttl", "1 d", "record.ttl-column", "note"))))
                .hasStackTraceContaining("'note' is string")
                .hasStackTraceContaining("Choose a TIMESTAMP");
        translate(sink(Map.of("record.ttl", "1 d", "record.ttl-column", "id")));
    }

    @Test
    void parallelismIsPassedToThePlanner() {
        assertThat(((SinkV2Provider) translate(sink(Map.of("sink.parallelism", "3")))).getParallelism())
                .contains(3);
        assertThat(((SinkV2Provider) translate(sink(Map.of()))).getParallelism())
                .isEmpty();
    }

    @Test
    void anOldFormatVersionIsUpgradedOnRequestOnly() throws Exception {
        org.apache.iceberg.Schema schema = new org.apache.iceberg.Schema(
                List.of(
                        Types.NestedField.required(1, "id", Types.LongType.get()),
                        Types.NestedField.optional(2, "note", Types.StringType.get())),
                Set.of(1));
        try (HadoopCatalog catalog = catalog()) {
            catalog.buildTable(ACCOUNTS, schema)
                    .withPartitionSpec(
                            PartitionSpec.builderFor(schema).bucket("id", 2).build())
                    .withProperty("format-version", "2")
                    .create();
        }

        assertThatThrownBy(() -> translate(sink(Map.of())))
                .hasMessageContaining("format version 2")
                .hasMessageContaining("'upgrade-format-version' = 'true'");
        translate(sink(Map.of("upgrade-format-version", "true")));

        assertThat(TableUtil.formatVersion(load())).isEqualTo(3);
    }

    @Test
    void aJdbcCatalogKeepsTheTableUnderTheCatalogsName() throws Exception {
        Map<String, String> properties =
                Map.of("uri", "jdbc:sqlite:" + warehouse.resolve("catalog.db"), "warehouse", warehouse.toString());
        Map<String, String> options = new HashMap<>(properties);
        options.put("catalog-type", "jdbc");
        options.put("catalog-name", "prod");
        options.put("jdbc.schema-version", "V1");

        translate(sink(options));

        try (JdbcCatalog prod = new JdbcCatalog();
                JdbcCatalog other = new JdbcCatalog()) {
            prod.initialize("prod", properties);
            other.initialize("other", properties);
            assertThat(prod.tableExists(ACCOUNTS)).isTrue();
            assertThat(other.tableExists(ACCOUNTS)).isFalse();
        }
    }

    @Test
    void refusesATableWithoutAPrimaryKey() {
        ResolvedSchema schema = ResolvedSchema.of(Column.physical("id", DataTypes.BIGINT()));

        assertThatThrownBy(() -> sink(schema, List.of(), Map.of()))
                .hasStackTraceContaining("There is no primary key. Declare one: PRIMARY KEY");
    }

    @Test
    void refusesAKeyThatCannotBeOne() {
        for (DataType type : List.of(DataTypes.FLOAT(), DataTypes.DOUBLE(), DataTypes.ARRAY(DataTypes.INT()))) {
            assertThatThrownBy(() -> sink(keyed(type), List.of(), Map.of()))
                    .hasStackTraceContaining("Column 'id' of type")
                    .hasStackTraceContaining("cannot be part of a primary key");
        }
    }

    @Test
    void refusesPartitionColumnsOutsideTheKey() {
        assertThatThrownBy(() -> sink(keyed(DataTypes.BIGINT()), List.of("note"), Map.of()))
                .hasStackTraceContaining("Partition column 'note' does not belong to the primary key [id]");
    }

    @Test
    void refusesValuesThatAreNone() {
        assertThatThrownBy(() -> sink(Map.of("bucket", "many"))).hasStackTraceContaining("bucket");
        assertThatThrownBy(() -> sink(Map.of("bucket", "0"))).hasStackTraceContaining("'bucket'");
        assertThatThrownBy(() -> sink(Map.of("bucket-key", "note"))).hasStackTraceContaining("'bucket-key'");
        assertThatThrownBy(() -> sink(Map.of("sink.write-buffer", "lots"))).hasStackTraceContaining("lots");
        assertThatThrownBy(() -> sink(Map.of("sink.write-buffer", "0"))).hasStackTraceContaining("write buffer");
        assertThatThrownBy(() -> sink(Map.of("sink.flush-size", "0"))).hasStackTraceContaining("flushed at 0 bytes");
        assertThatThrownBy(() -> sink(Map.of("buckets", "4"))).hasStackTraceContaining("Unknown option 'buckets'");
    }

    private DynamicTableSink sink(Map<String, String> options) {
        return sink(keyed(DataTypes.BIGINT()), List.of(), options);
    }

    private DynamicTableSink sink(ResolvedSchema schema, List<String> partitionedBy, Map<String, String> options) {
        return FactoryUtil.createDynamicTableSink(
                null,
                ObjectIdentifier.of("default_catalog", "bank", "accounts"),
                statement(schema, partitionedBy, options),
                Map.of(),
                new Configuration(),
                getClass().getClassLoader(),
                false);
    }

    private DeclaredTable declared(Map<String, String> options) {
        return DeclaredTable.of(statement(keyed(DataTypes.BIGINT()), List.of(), options));
    }

    private static ResolvedSchema keyed(DataType keyType) {
        return new ResolvedSchema(
                List.of(
                        Column.physical("id", keyType.notNull()),
                        Column.physical("note", DataTypes.STRING()).withComment("free text")),
                List.of(),
                UniqueConstraint.primaryKey("pk", List.of("id")),
                List.of());
    }

    private ResolvedCatalogTable statement(
            ResolvedSchema schema, List<String> partitionedBy, Map<String, String> options) {
        Map<String, String> all = new HashMap<>();
        all.put("connector", "firn");
        all.put("catalog-type", "hadoop");
        all.put("warehouse", warehouse.toUri().toString());
        all.putAll(options);
        CatalogTable table = CatalogTable.newBuilder()
                .schema(Schema.newBuilder().fromResolvedSchema(schema).build())
                .comment("all accounts")
                .partitionKeys(partitionedBy)
                .options(all)
                .build();
        return new ResolvedCatalogTable(table, schema);
    }

    private static DynamicTableSink.SinkRuntimeProvider translate(DynamicTableSink sink) {
        return sink.getSinkRuntimeProvider(new SinkRuntimeProviderContext(true));
    }

    private HadoopCatalog catalog() {
        return new HadoopCatalog(
                new org.apache.hadoop.conf.Configuration(), warehouse.toUri().toString());
    }

    private Table load() {
        return catalog().loadTable(ACCOUNTS);
    }
}
