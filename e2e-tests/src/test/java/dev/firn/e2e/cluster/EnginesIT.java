package dev.firn.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.firn.iceberg.ForeignWriter;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Random;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A table with a deletion vector, in a REST catalog and on S3, and the engines that read it. */
@Timeout(300)
final class EnginesIT {

    private static final TableIdentifier TABLE = TableIdentifier.of("db", "things");

    private static final Schema SCHEMA = new Schema(
            NestedField.required(1, "id", Types.LongType.get()),
            NestedField.optional(2, "name", Types.StringType.get()),
            NestedField.optional(3, "price", Types.DecimalType.of(12, 4)),
            NestedField.optional(4, "weight", Types.DoubleType.get()),
            NestedField.optional(5, "sold", Types.BooleanType.get()),
            NestedField.optional(6, "day", Types.DateType.get()),
            NestedField.optional(7, "local", Types.TimestampType.withoutZone()),
            NestedField.optional(8, "instant", Types.TimestampType.withZone()),
            NestedField.optional(9, "count", Types.IntegerType.get()));

    private static final List<String> LIVE = List.of(
            "1|one|1.5000|0.5|true|2026-01-02|2026-01-02 03:04:05|2026-03-29 01:30:00.000001|7",
            "3||||||||",
            "4|tab\tnew\nline \\ ü|-0.0001|10000000000|false|1969-12-31"
                    + "|1969-12-31 23:59:59.9|1969-12-31 23:59:59.999999|-1");

    private static final String QUERY = "SELECT * FROM lake.db.things ORDER BY id";

    @TempDir
    private Path disk;

    private Service store;
    private Service catalog;
    private Endpoints endpoints;

    @BeforeEach
    void start() {
        store = ObjectStore.on(disk.resolve("store"));
        store.start();
        catalog = RestCatalog.on(disk.resolve("catalog"), store.uri());
        catalog.start();
        store.awaitReady();
        catalog.awaitReady();
        endpoints = new Endpoints("", catalog.uri(), store.uri());
    }

    @AfterEach
    void end() {
        catalog.close();
        store.close();
    }

    @Test
    void sparkReadsWhatIsLiveAlsoAfterStoreAndCatalogWereKilled() throws IOException {
        writeTable();
        try (SparkProcess spark = SparkProcess.on(endpoints, disk)) {
            readsLiveRowsBeforeAndAfterAKill(spark);
        }
    }

    @Test
    void trinoReadsWhatIsLiveAlsoAfterStoreAndCatalogWereKilled() throws IOException {
        assumeTrue(
                TrinoProcess.unavailable().isEmpty(),
                () -> TrinoProcess.unavailable().orElse(""));
        writeTable();
        try (TrinoProcess trino = TrinoProcess.on(endpoints, disk)) {
            readsLiveRowsBeforeAndAfterAKill(trino);
        }
    }

    private void readsLiveRowsBeforeAndAfterAKill(Engine engine) throws IOException {
        assertThat(engine.rows(QUERY)).isEqualTo(LIVE);

        catalog.kill();
        store.kill();
        store.start();
        catalog.start();
        store.awaitReady();
        catalog.awaitReady();
        assertThat(engine.rows(QUERY)).as("after the kill").isEqualTo(LIVE);

        try (RESTCatalog tables = tables()) {
            new ForeignWriter(tables.loadTable(TABLE), new Random(2))
                    .delete(row -> row.get(0).equals(3L));
        }
        assertThat(engine.rows(QUERY)).as("after one more delete").containsExactly(LIVE.get(0), LIVE.get(2));
    }

    /** Four rows, of which the second is dead. */
    private void writeTable() throws IOException {
        try (RESTCatalog tables = tables()) {
            tables.createNamespace(TABLE.namespace());
            Table table = tables.buildTable(TABLE, SCHEMA)
                    .withProperty("format-version", "3")
                    .create();
            ForeignWriter writer = new ForeignWriter(table, new Random(1));
            writer.insert(List.of(
                    row(
                            1L,
                            "one",
                            new BigDecimal("1.5000"),
                            0.5,
                            true,
                            LocalDate.of(2026, 1, 2),
                            LocalDateTime.parse("2026-01-02T03:04:05"),
                            OffsetDateTime.parse("2026-03-29T02:30:00.000001+01:00"),
                            7),
                    row(2L, "two"),
                    row(3L),
                    row(
                            4L,
                            "tab\tnew\nline \\ ü",
                            new BigDecimal("-0.0001"),
                            1e10,
                            false,
                            LocalDate.of(1969, 12, 31),
                            LocalDateTime.parse("1969-12-31T23:59:59.9"),
                            OffsetDateTime.parse("1969-12-31T23:59:59.999999Z"),
                            -1)));
            writer.delete(row -> row.get(0).equals(2L));
            assertThat(table.currentSnapshot().summary()).containsEntry(SnapshotSummary.ADDED_DVS_PROP, "1");
        }
    }

    private RESTCatalog tables() {
        RESTCatalog tables = new RESTCatalog();
        tables.initialize("lake", endpoints.catalogProperties());
        return tables;
    }

    private static Record row(Object... columns) {
        Record row = GenericRecord.create(SCHEMA);
        for (int column = 0; column < columns.length; column++) {
            row.set(column, columns[column]);
        }
        return row;
    }
}
