package dev.firn.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.CollectionUtil;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.flink.TableLoader;
import org.apache.iceberg.hadoop.HadoopTables;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class FirnSqlTest {

    @RegisterExtension
    static final SqlCluster CLUSTER = new SqlCluster();

    private static final String ACCOUNTS = "(aid BIGINT, bid INT, filler STRING, PRIMARY KEY (aid) NOT ENFORCED)";

    @TempDir
    private Path warehouse;

    private TableEnvironment streaming;
    private TableEnvironment batch;

    @BeforeEach
    void connect() {
        streaming = CLUSTER.streaming();
        batch = CLUSTER.batch();
    }

    @Test
    void writesAChangelogAndReadsTheCurrentRows() throws Exception {
        changelog(
                "all",
                ACCOUNTS,
                account(RowKind.INSERT, 1, 10, "a"),
                account(RowKind.INSERT, 2, 20, "b"),
                account(RowKind.INSERT, 3, 30, "c"),
                account(RowKind.UPDATE_BEFORE, 1, 10, "a"),
                account(RowKind.UPDATE_AFTER, 1, 11, "A"),
                account(RowKind.DELETE, 2, 20, "b"));
        declare("accounts " + ACCOUNTS);

        run(streaming, "INSERT INTO accounts SELECT * FROM changes");

        assertThat(query("SELECT * FROM accounts ORDER BY aid"))
                .containsExactly(Row.of(1L, 11, "A"), Row.of(3L, 30, "c"));
    }

    @Test
    void aRowThatAFilterHidesAfterAnUpdateIsGone() throws Exception {
        changelog(
                "all",
                ACCOUNTS,
                account(RowKind.INSERT, 1, 10, "a"),
                account(RowKind.INSERT, 2, 20, "b"),
                account(RowKind.UPDATE_BEFORE, 1, 10, "a"),
                account(RowKind.UPDATE_AFTER, 1, 11, "hidden"));
        declare("accounts " + ACCOUNTS);

        run(streaming, "INSERT INTO accounts SELECT * FROM changes WHERE filler NOT LIKE 'h%'");

        assertThat(query("SELECT * FROM accounts")).containsExactly(Row.of(2L, 20, "b"));
    }

    @Test
    void aDeleteNeedsTheKeyAlone() throws Exception {
        declare("accounts " + ACCOUNTS);
        run(batch, "INSERT INTO accounts VALUES (1, 10, 'a'), (2, 20, 'b')");
        changelog("upsert", ACCOUNTS, GenericRowData.ofKind(RowKind.DELETE, 1L, null, null));

        run(streaming, "INSERT INTO accounts SELECT * FROM changes");

        assertThat(query("SELECT aid FROM accounts")).containsExactly(Row.of(2L));
    }

    @Test
    void aDeleteOfTheKeyAlonePassesFlinksCheckOfColumnsThatAreNotNull() throws Exception {
        String columns = "(aid BIGINT, bid INT NOT NULL, filler STRING, PRIMARY KEY (aid) NOT ENFORCED)";
        declare("accounts " + columns);
        changelog(
                "upsert",
                columns,
                account(RowKind.INSERT, 1, 10, "a"),
                account(RowKind.INSERT, 2, 20, "b"),
                GenericRowData.ofKind(RowKind.DELETE, 1L, null, null));

        run(streaming, "INSERT INTO accounts SELECT * FROM changes");

        assertThat(query("SELECT aid FROM accounts")).containsExactly(Row.of(2L));
    }

    @Test
    void batchInsertsUpsertByKey() throws Exception {
        declare("accounts " + ACCOUNTS);

        run(batch, "INSERT INTO accounts VALUES (1, 10, 'a'), (2, 20, 'b')");
        run(batch, "INSERT INTO accounts VALUES (2, 21, 'B'), (3, 30, 'c')");

        assertThat(query("SELECT * FROM accounts ORDER BY aid"))
                .containsExactly(Row.of(1L, 10, "a"), Row.of(2L, 21, "B"), Row.of(3L, 30, "c"));
    }

    @Test
    void theSinkExpiresSnapshotsAsItIsTold() throws Exception {
        declare("kept " + ACCOUNTS);
        declare(
                "bounded " + ACCOUNTS,
                "'snapshot-expiry.interval' = '1 ms', 'snapshot-expiry.max-snapshots' = '1',"
                        + " 'snapshot-expiry.min-age' = '0 s'");
        for (String table : List.of("kept", "bounded")) {
            for (int i = 0; i < 3; i++) {
                run(batch, "INSERT INTO " + table + " VALUES (1, " + i + ", 'a'), (" + (2 + i) + ", 0, 'b')");
            }
        }

        // The last checkpoint may have a second one, of compactions.
        assertThat(iceberg("kept").snapshots()).hasSizeGreaterThanOrEqualTo(3);
        assertThat(iceberg("bounded").snapshots()).hasSizeLessThanOrEqualTo(2);
        assertThat(query("SELECT aid, bid FROM bounded ORDER BY aid"))
                .containsExactly(Row.of(1L, 2), Row.of(2L, 0), Row.of(3L, 0), Row.of(4L, 0));
    }

    @Test
    void partitionsByTheDeclaredColumnsAndTheBucket() throws Exception {
        String orders = "(id BIGINT, region STRING, amount DECIMAL(10, 2), PRIMARY KEY (region, id) NOT ENFORCED)"
                + " PARTITIONED BY (region)";
        declare("orders " + orders, "'bucket' = '2'");

        run(batch, "INSERT INTO orders VALUES (1, 'eu', 1.5), (1, 'us', 2.5), (2, 'eu', 3.5)");
        run(batch, "INSERT INTO orders PARTITION (region = 'eu') SELECT CAST(2 AS BIGINT), 9.5");

        assertThat(query("SELECT region, id, CAST(amount AS STRING) FROM orders ORDER BY region, id"))
                .containsExactly(Row.of("eu", 1L, "1.50"), Row.of("eu", 2L, "9.50"), Row.of("us", 1L, "2.50"));
        assertThat(iceberg("orders").spec().fields())
                .extracting(PartitionField::toString)
                .containsExactly("1000: region: identity(2)", "1001: id_bucket: bucket[2](1)");
    }

    @Test
    void moreBucketsAreDeclaredOnATableWithRows() throws Exception {
        declare("accounts " + ACCOUNTS, "'bucket' = '2'");
        run(batch, "INSERT INTO accounts VALUES (1, 10, 'a'), (2, 20, 'b'), (3, 30, 'c')");
        declare("grown " + ACCOUNTS, "'catalog-table' = 'accounts', 'bucket' = '8'");

        run(batch, "INSERT INTO grown VALUES (2, 21, 'B'), (4, 40, 'd')");
        run(batch, "INSERT INTO grown VALUES (3, 31, 'C')");

        assertThat(query("SELECT * FROM grown ORDER BY aid"))
                .containsExactly(Row.of(1L, 10, "a"), Row.of(2L, 21, "B"), Row.of(3L, 31, "C"), Row.of(4L, 40, "d"));
        assertThat(iceberg("accounts").spec().fields())
                .extracting(PartitionField::toString)
                .containsExactly("1001: aid_bucket_8: bucket[8](1)");
        declare("odd " + ACCOUNTS, "'catalog-table' = 'accounts', 'bucket' = '12'");
        assertThatThrownBy(() -> run(batch, "INSERT INTO odd VALUES (5, 50, 'e')"))
                .rootCause()
                .hasMessageContaining("'bucket' = '12'")
                .hasMessageContaining("Set 'bucket' = '16'");
    }

    @Test
    void aTableOfAnotherEngineIsAdopted() throws Exception {
        Schema schema = new Schema(
                List.of(
                        NestedField.required(1, "aid", Types.LongType.get()),
                        NestedField.optional(2, "at", Types.TimestampType.withoutZone())),
                Set.of(1));
        PartitionSpec byDay = PartitionSpec.builderFor(schema).day("at").build();
        new HadoopTables()
                .create(
                        schema,
                        byDay,
                        Map.of("format-version", "2"),
                        warehouse.resolve("default_database").resolve("events").toString());
        String events = "events (aid BIGINT, `at` TIMESTAMP(6), PRIMARY KEY (aid) NOT ENFORCED)";
        declare(events, "'upgrade-format-version' = 'true'", "'bucket' = '2'");

        run(batch, "INSERT INTO events VALUES (1, TIMESTAMP '2026-01-01 10:00:00')");
        run(batch, "INSERT INTO events VALUES (1, TIMESTAMP '2026-01-02 10:00:00')");

        assertThat(query("SELECT aid, CAST(`at` AS DATE) FROM events"))
                .containsExactly(Row.of(1L, LocalDate.of(2026, 1, 2)));
        assertThat(iceberg("events").spec().fields())
                .extracting(PartitionField::toString)
                .containsExactly("1001: aid_bucket_2: bucket[2](1)");
    }

    @Test
    void anotherDeclarationOfTheSameTableSeesItsRows() throws Exception {
        declare("accounts " + ACCOUNTS);
        run(batch, "INSERT INTO accounts VALUES (1, 10, 'a')");

        declare(
                "renamed (filler STRING, aid BIGINT, PRIMARY KEY (aid) NOT ENFORCED)",
                "'catalog-database' = 'default_database', 'catalog-table' = 'accounts'");
        run(batch, "INSERT INTO renamed VALUES ('b', 2)");

        assertThat(query("SELECT filler, aid FROM renamed ORDER BY aid"))
                .containsExactly(Row.of("a", 1L), Row.of("b", 2L));
        assertThat(query("SELECT bid FROM accounts WHERE aid = 2")).containsExactly(Row.of((Object) null));
    }

    @Test
    void readsWithFilterProjectionAndLimitPushedDown() throws Exception {
        declare("accounts " + ACCOUNTS);
        run(batch, "INSERT INTO accounts VALUES (1, 10, 'a'), (2, 20, 'b'), (3, 30, 'c')");

        assertThat(query("SELECT filler FROM accounts WHERE aid > 1 AND bid < 30"))
                .containsExactly(Row.of("b"));
        assertThat(query("SELECT * FROM accounts LIMIT 2")).hasSize(2);
        assertThat(batch.explainSql("SELECT filler FROM accounts WHERE aid > 1"))
                .contains("filter=[>(aid, 1)]")
                .contains("project=[aid, filler]");
        assertThat(batch.explainSql("SELECT * FROM accounts LIMIT 2")).contains("limit=[2]");
    }

    @Test
    void aMissingTableIsNotCreatedByReadingIt() throws Exception {
        declare("accounts " + ACCOUNTS);

        assertThatThrownBy(() -> query("SELECT * FROM accounts"))
                .hasStackTraceContaining("Table default_database.accounts does not exist in catalog firn");
        try (var files = Files.list(warehouse)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void anUnfitTableIsToldBeforeAJobStarts() throws Exception {
        declare("accounts " + ACCOUNTS);
        run(batch, "INSERT INTO accounts VALUES (1, 10, 'a')");
        declare("wrong (aid BIGINT, bid BIGINT, PRIMARY KEY (aid) NOT ENFORCED)", "'catalog-table' = 'accounts'");

        assertThatThrownBy(() -> run(batch, "INSERT INTO wrong VALUES (1, 2)"))
                .hasStackTraceContaining("Column 'bid' is declared as BIGINT but table")
                .hasStackTraceContaining("stores int. Declare it as INT");
        assertThatThrownBy(() -> query("SELECT * FROM wrong"))
                .hasStackTraceContaining("Column 'bid' is declared as BIGINT but table");
    }

    private void changelog(String mode, String columns, GenericRowData... rows) {
        String name = warehouse.toString();
        ChangelogFactory.register(name, List.of(rows));
        streaming.executeSql("CREATE TABLE changes " + columns + " WITH ('connector' = 'changelog', 'mode' = '" + mode
                + "', 'rows' = '" + name + "')");
    }

    private void declare(String table, String... options) {
        StringBuilder statement = new StringBuilder("CREATE TABLE " + table
                + " WITH ('connector' = 'firn', 'catalog-type' = 'hadoop', 'warehouse' = '" + warehouse.toUri() + "'");
        for (String option : options) {
            statement.append(", ").append(option);
        }
        statement.append(")");
        streaming.executeSql(statement.toString());
        batch.executeSql(statement.toString());
    }

    private static void run(TableEnvironment environment, String statement) throws Exception {
        environment.executeSql(statement).await();
    }

    private List<Row> query(String statement) {
        return CollectionUtil.iteratorToList(batch.executeSql(statement).collect());
    }

    private Table iceberg(String table) {
        TableLoader loader = TableLoader.fromHadoopTable(
                warehouse.resolve("default_database").resolve(table).toString());
        loader.open();
        return loader.loadTable();
    }

    private static GenericRowData account(RowKind kind, long aid, int bid, String filler) {
        return GenericRowData.ofKind(kind, aid, bid, StringData.fromString(filler));
    }
}
