package dev.firn.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.apache.flink.table.api.CompiledPlan;
import org.apache.flink.table.api.PlanReference;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CollectionUtil;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class FirnCatalogTest {

    @RegisterExtension
    static final SqlCluster CLUSTER = new SqlCluster();

    @TempDir
    private Path warehouse;

    private TableEnvironment streaming;
    private TableEnvironment batch;

    @BeforeEach
    void connect() {
        streaming = CLUSTER.streaming();
        batch = CLUSTER.batch();
        for (TableEnvironment environment : List.of(streaming, batch)) {
            environment.executeSql("CREATE CATALOG lake WITH ('type' = 'firn', " + catalogOptions() + ")");
            environment.getConfig().set("table.local-time-zone", "UTC");
        }
        batch.executeSql("CREATE DATABASE lake.bank");
        batch.executeSql("CREATE TABLE lake.bank.accounts (aid BIGINT, bid INT, filler STRING,"
                + " PRIMARY KEY (aid) NOT ENFORCED) COMMENT 'all accounts'"
                + " WITH ('bucket' = '2', 'compaction.threads' = '0', 'write.metadata.compression-codec' = 'gzip')");
    }

    @Test
    void executesAPlanThatWasCompiledBefore() throws Exception {
        CompiledPlan plan = streaming.compilePlanSql("INSERT INTO lake.bank.accounts VALUES (1, 2, 'c')");

        streaming
                .loadPlan(PlanReference.fromJsonString(plan.asJsonString()))
                .execute()
                .await();

        assertThat(iceberg().currentSnapshot().summary()).containsEntry("total-records", "1");
    }

    @Test
    void createsTablesAsTheConnectorDoes() {
        Table table = iceberg();

        assertThat(table.spec().fields()).hasSize(1).first().hasToString("1000: aid_bucket: bucket[2](1)");
        assertThat(table.schema().identifierFieldNames()).containsExactly("aid");
        assertThat(table.properties())
                .containsEntry("comment", "all accounts")
                .containsEntry("write.metadata.compression-codec", "gzip")
                .containsEntry("compaction.threads", "0")
                .doesNotContainKeys("bucket", "connector", "warehouse");
    }

    @Test
    void keepsTheConnectorsOptionsOfATable() {
        String created = batch.executeSql("SHOW CREATE TABLE lake.bank.accounts")
                .collect()
                .next()
                .toString();

        assertThat(created)
                .contains("'connector' = 'firn'")
                .contains("'catalog-database' = 'bank'")
                .contains("'compaction.threads' = '0'")
                .contains("PRIMARY KEY (`aid`) NOT ENFORCED")
                .doesNotContain("'bucket'");
        batch.executeSql("ALTER TABLE lake.bank.accounts SET ('sink.parallelism' = '3')");
        assertThat(batch.explainSql("INSERT INTO lake.bank.accounts VALUES (1, 1, 'a')"))
                .contains("accounts");
        assertThat(iceberg().properties()).containsEntry("sink.parallelism", "3");
    }

    @Test
    void writesAndReadsTables() throws Exception {
        batch.executeSql("INSERT INTO lake.bank.accounts VALUES (1, 10, 'a'), (2, 20, 'b')")
                .await();
        batch.executeSql("INSERT INTO lake.bank.accounts VALUES (2, 21, 'B')").await();

        assertThat(query("SELECT * FROM lake.bank.accounts ORDER BY aid"))
                .containsExactly(Row.of(1L, 10, "a"), Row.of(2L, 21, "B"));
        assertThat(batch.explainSql("SELECT * FROM lake.bank.accounts")).contains("accounts");
        assertThat(query("SELECT COUNT(*) FROM lake.bank.`accounts$snapshots`")).containsExactly(Row.of(2L));
    }

    @Test
    void readsATableAsOfATime() throws Exception {
        batch.executeSql("INSERT INTO lake.bank.accounts VALUES (1, 10, 'a'), (2, 20, 'b')")
                .await();
        long first = iceberg().currentSnapshot().timestampMillis();
        batch.executeSql("INSERT INTO lake.bank.accounts VALUES (2, 21, 'B')").await();
        iceberg()
                .updateSchema()
                .addColumn("later", Types.IntegerType.get())
                .deleteColumn("filler")
                .commit();
        batch.executeSql("INSERT INTO lake.bank.accounts VALUES (3, 30, 5)").await();

        batch.useCatalog("lake");
        streaming.useCatalog("lake");
        assertThat(query("SELECT * FROM bank.accounts FOR SYSTEM_TIME AS OF " + timestamp(first) + " ORDER BY aid"))
                .containsExactly(Row.of(1L, 10), Row.of(2L, 20));
        assertThat(query("SELECT * FROM bank.accounts WHERE aid > 1 ORDER BY aid"))
                .containsExactly(Row.of(2L, 21, null), Row.of(3L, 30, 5));
        assertThatThrownBy(() -> query("SELECT * FROM bank.accounts FOR SYSTEM_TIME AS OF " + timestamp(first - 1)))
                .hasStackTraceContaining("has no snapshot that was current at " + Instant.ofEpochMilli(first - 1));
        assertThatThrownBy(() ->
                        streaming.explainSql("SELECT * FROM bank.accounts FOR SYSTEM_TIME AS OF " + timestamp(first)))
                .hasStackTraceContaining("SET 'execution.runtime-mode' = 'batch'");
    }

    @Test
    void otherCatalogsOfFlinkDoNotTravelInTime() {
        batch.executeSql("CREATE TABLE accounts (aid BIGINT, PRIMARY KEY (aid) NOT ENFORCED) WITH ('connector' ="
                + " 'firn', " + catalogOptions() + ", 'catalog-database' = 'bank')");

        assertThatThrownBy(() -> query("SELECT * FROM accounts FOR SYSTEM_TIME AS OF TIMESTAMP '2020-01-01 00:00:00'"))
                .hasStackTraceContaining("getTable(ObjectPath, long)");
    }

    @Test
    void aTemporaryTableLikeItAddsWhatIcebergDoesNotStore() {
        assertThatThrownBy(() -> batch.executeSql("CREATE TABLE lake.bank.timed (aid BIGINT, snapshot_id BIGINT"
                        + " METADATA VIRTUAL, PRIMARY KEY (aid) NOT ENFORCED)"))
                .hasStackTraceContaining("declare a TEMPORARY TABLE LIKE it");

        batch.executeSql("CREATE TEMPORARY TABLE timed (snapshot_id BIGINT METADATA VIRTUAL) LIKE lake.bank.accounts");

        assertThat(batch.explainSql("SELECT bid, snapshot_id FROM timed")).contains("metadata=[snapshot_id]");
    }

    @Test
    void saysWhatIsWrongWithItsOptionsAndThoseOfItsTables() {
        assertThatThrownBy(() -> batch.executeSql("CREATE CATALOG c WITH ('type' = 'firn')"))
                .hasStackTraceContaining("It is not said which Iceberg catalog");
        assertThatThrownBy(() -> batch.executeSql(
                        "CREATE CATALOG c WITH ('type' = 'firn', 'bucket' = '3', " + catalogOptions() + ")"))
                .hasStackTraceContaining("Options of a table are given for a catalog: [bucket]");
        assertThatThrownBy(() -> batch.executeSql("CREATE TABLE lake.bank.other LIKE lake.bank.accounts"))
                .hasStackTraceContaining("EXCLUDING OPTIONS");
        assertThatThrownBy(() -> batch.executeSql("CREATE TABLE lake.bank.other (aid BIGINT)"))
                .hasStackTraceContaining("There is no primary key");
        assertThatThrownBy(() -> batch.executeSql(
                        "CREATE TABLE lake.bank.accounts (aid BIGINT, PRIMARY KEY (aid) NOT ENFORCED)"))
                .hasStackTraceContaining("already exists");
        batch.executeSql("CREATE TABLE IF NOT EXISTS lake.bank.accounts (aid BIGINT, PRIMARY KEY (aid) NOT ENFORCED)");
        batch.executeSql("CREATE TABLE lake.bank.other LIKE lake.bank.accounts (EXCLUDING OPTIONS)");
        assertThat(batch.listTables("lake", "bank")).containsExactlyInAnyOrder("accounts", "other");
    }

    private static String timestamp(long epochMillis) {
        return "TIMESTAMP '"
                + DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS")
                        .format(LocalDateTime.ofInstant(Instant.ofEpochMilli(epochMillis), ZoneOffset.UTC))
                + "'";
    }

    private String catalogOptions() {
        return "'catalog-type' = 'hadoop', 'warehouse' = '" + warehouse.toUri() + "'";
    }

    private List<Row> query(String statement) {
        return CollectionUtil.iteratorToList(batch.executeSql(statement).collect());
    }

    private Table iceberg() {
        return new HadoopCatalog(
                        new org.apache.hadoop.conf.Configuration(),
                        warehouse.toUri().toString())
                .loadTable(TableIdentifier.of("bank", "accounts"));
    }
}
