package dev.firn.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.table.api.ExplainDetail;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.CloseableIterator;
import org.apache.flink.util.CollectionUtil;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class FeedSqlTest {

    @RegisterExtension
    static final SqlCluster CLUSTER = new SqlCluster();

    private static final String KEY = "PRIMARY KEY (aid) NOT ENFORCED";
    private static final String TO_THE_END = "'scan.startup.mode' = 'earliest', 'scan.bounded.mode' = 'latest'";

    @TempDir
    private Path warehouse;

    private TableEnvironment streaming;
    private TableEnvironment batch;

    /** Three snapshots: two accounts; one of them changed and a third one; the first one deleted. */
    @BeforeEach
    void write() throws Exception {
        streaming = CLUSTER.streaming();
        batch = CLUSTER.batch();
        declare("accounts", "aid BIGINT, bid INT, abalance INT");
        run(batch, "INSERT INTO accounts VALUES (1, 10, 100), (2, 10, 200)");
        run(batch, "INSERT INTO accounts VALUES (2, 20, 250), (3, 20, 300)");
        ChangelogFactory.register(warehouse.toString(), List.of(GenericRowData.ofKind(RowKind.DELETE, 1L, null, null)));
        streaming.executeSql("CREATE TABLE deletes (aid BIGINT, bid INT, abalance INT, " + KEY
                + ") WITH ('connector' = 'changelog', 'mode' = 'upsert', 'rows' = '" + warehouse + "')");
        run(streaming, "INSERT INTO accounts SELECT * FROM deletes");
    }

    @Test
    void tellsEveryRetainedChangeAndEnds() {
        assertThat(changes("SELECT * FROM accounts" + hint(TO_THE_END)))
                .containsExactlyInAnyOrder(
                        Row.of(1L, 10, 100),
                        Row.of(2L, 10, 200),
                        Row.ofKind(RowKind.UPDATE_BEFORE, 2L, 10, 200),
                        Row.ofKind(RowKind.UPDATE_AFTER, 2L, 20, 250),
                        Row.of(3L, 20, 300),
                        Row.ofKind(RowKind.DELETE, 1L, 10, 100));
    }

    @Test
    @SuppressWarnings("try")
    void tellsTheTableAndThenItsChangesAsTheyCome() throws Exception {
        try (CloseableIterator<Row> rows =
                streaming.executeSql("SELECT * FROM accounts").collect()) {
            assertThat(List.of(rows.next(), rows.next()))
                    .containsExactlyInAnyOrder(Row.of(2L, 20, 250), Row.of(3L, 20, 300));

            run(batch, "INSERT INTO accounts VALUES (3, 30, 350)");

            assertThat(List.of(rows.next(), rows.next()))
                    .containsExactly(
                            Row.ofKind(RowKind.UPDATE_BEFORE, 3L, 20, 300),
                            Row.ofKind(RowKind.UPDATE_AFTER, 3L, 30, 350));
        }
    }

    @Test
    void beginsAfterASnapshotOrATimeAndEndsThere() {
        List<Snapshot> snapshots = snapshots();
        Snapshot first = snapshots.get(0);
        Snapshot second = snapshots.get(1);
        List<Row> ofTheSecond = List.of(
                Row.ofKind(RowKind.UPDATE_BEFORE, 2L, 10, 200),
                Row.ofKind(RowKind.UPDATE_AFTER, 2L, 20, 250),
                Row.of(3L, 20, 300));

        assertThat(changes("SELECT * FROM accounts"
                        + hint("'scan.startup.mode' = 'snapshot', 'scan.startup.snapshot-id' = '" + first.snapshotId()
                                + "', 'scan.bounded.mode' = 'snapshot', 'scan.bounded.snapshot-id' = '"
                                + second.snapshotId() + "'")))
                .containsExactlyInAnyOrderElementsOf(ofTheSecond);
        assertThat(changes("SELECT * FROM accounts"
                        + hint("'scan.startup.mode' = 'timestamp', 'scan.startup.timestamp-millis' = '"
                                + first.timestampMillis()
                                + "', 'scan.bounded.mode' = 'timestamp', 'scan.bounded.timestamp-millis' = '"
                                + second.timestampMillis() + "'")))
                .containsExactlyInAnyOrderElementsOf(ofTheSecond);
        assertThat(changes("SELECT * FROM accounts"
                        + hint("'scan.startup.mode' = 'latest', 'scan.bounded.mode' = 'latest'")))
                .isEmpty();
    }

    @Test
    void tellsOneNetChangePerKey() {
        assertThat(changes("SELECT * FROM accounts"
                        + hint("'scan.changelog' = 'net', 'scan.bounded.mode' = 'latest', 'scan.startup.mode' ="
                                + " 'snapshot', 'scan.startup.snapshot-id' = '"
                                + snapshots().get(0).snapshotId() + "'")))
                .containsExactlyInAnyOrder(
                        Row.ofKind(RowKind.DELETE, 1L, 10, 100),
                        Row.ofKind(RowKind.UPDATE_BEFORE, 2L, 10, 200),
                        Row.ofKind(RowKind.UPDATE_AFTER, 2L, 20, 250),
                        Row.of(3L, 20, 300));
    }

    @Test
    void upsertsReachAnotherTable() throws Exception {
        declare("target", "aid BIGINT, bid INT, abalance INT");

        run(
                streaming,
                "INSERT INTO target SELECT * FROM accounts" + hint(TO_THE_END + ", 'scan.changelog' = 'upsert'"));

        assertThat(query("SELECT * FROM target")).containsExactlyInAnyOrder(Row.of(2L, 20, 250), Row.of(3L, 20, 300));
    }

    @Test
    void anAggregationRetractsWhatWasBefore() {
        Map<Integer, Integer> sums = new HashMap<>();
        for (Row row : changes("SELECT bid, SUM(abalance) FROM accounts" + hint(TO_THE_END) + " GROUP BY bid")) {
            if (row.getKind() == RowKind.DELETE) {
                sums.remove(row.<Integer>getFieldAs(0));
            } else {
                sums.put(row.getFieldAs(0), row.getFieldAs(1));
            }
        }

        assertThat(sums).isEqualTo(Map.of(20, 550));
    }

    @Test
    void aFilterTurnsAnUpdateIntoAnInsertOrADelete() {
        assertThat(changes("SELECT aid, abalance FROM accounts" + hint(TO_THE_END) + " WHERE bid = 20"))
                .containsExactlyInAnyOrder(inserted(2L, 250), inserted(3L, 300));
        assertThat(changes("SELECT aid, abalance FROM accounts" + hint(TO_THE_END) + " WHERE abalance < 225"))
                .containsExactlyInAnyOrder(
                        inserted(1L, 100),
                        inserted(2L, 200),
                        Row.ofKind(RowKind.DELETE, 2L, 200),
                        Row.ofKind(RowKind.DELETE, 1L, 100));
    }

    @Test
    void countsRowsWithoutReadingColumns() {
        assertThat(changes("SELECT 'x' FROM accounts" + hint("'scan.bounded.mode' = 'latest'")))
                .containsExactly(Row.of("x"), Row.of("x"));
    }

    @Test
    void metadataColumnsTellWhereAChangeComesFrom() {
        declare(
                "traced",
                "aid BIGINT, snapshot_id BIGINT METADATA VIRTUAL, sequence_number BIGINT METADATA VIRTUAL,"
                        + " committed TIMESTAMP_LTZ(3) METADATA FROM 'commit_time' VIRTUAL, row_id BIGINT METADATA VIRTUAL",
                "'catalog-table' = 'accounts'");
        Snapshot last = snapshots().get(2);
        Instant committed = Instant.ofEpochMilli(last.timestampMillis());

        assertThat(changes("SELECT committed, aid, sequence_number, snapshot_id FROM traced" + hint(TO_THE_END)
                        + " WHERE committed >= TO_TIMESTAMP_LTZ(" + last.timestampMillis() + ", 3)"))
                .containsExactly(Row.ofKind(RowKind.DELETE, committed, 1L, last.sequenceNumber(), last.snapshotId()));
        assertThat(query("SELECT aid, committed, sequence_number, snapshot_id FROM traced WHERE aid > 1"))
                .containsExactlyInAnyOrder(
                        Row.of(2L, committed, last.sequenceNumber(), last.snapshotId()),
                        Row.of(3L, committed, last.sequenceNumber(), last.snapshotId()));
        Snapshot first = snapshots().get(0);
        assertThat(query("SELECT aid, snapshot_id FROM traced"
                        + hint("'scan.snapshot-id' = '" + first.snapshotId() + "'")))
                .containsExactlyInAnyOrder(Row.of(1L, first.snapshotId()), Row.of(2L, first.snapshotId()));
        List<Row> ids = query("SELECT row_id FROM traced");
        assertThat(new HashSet<>(ids)).hasSize(2).doesNotContain(Row.of((Object) null));
        assertThat(query("SELECT aid FROM traced")).containsExactlyInAnyOrder(Row.of(2L), Row.of(3L));
    }

    @Test
    void batchReadsTravelInTime() {
        Table table = iceberg();
        Snapshot first = snapshots().get(0);
        table.manageSnapshots()
                .createTag("before", first.snapshotId())
                .createBranch("audit", first.snapshotId())
                .commit();
        List<Row> then = List.of(Row.of(1L, 10, 100), Row.of(2L, 10, 200));

        for (String option : List.of(
                "'scan.snapshot-id' = '" + first.snapshotId() + "'",
                "'scan.tag' = 'before'",
                "'scan.branch' = 'audit'",
                "'scan.as-of-timestamp-millis' = '" + first.timestampMillis() + "'")) {
            assertThat(query("SELECT * FROM accounts" + hint(option)))
                    .as(option)
                    .containsExactlyInAnyOrderElementsOf(then);
        }
        assertThatThrownBy(() -> query("SELECT * FROM accounts" + hint("'scan.snapshot-id' = '1'")))
                .hasStackTraceContaining("has no snapshot 1:");
        assertThatThrownBy(() -> query("SELECT * FROM accounts" + hint("'scan.tag' = 'audit'")))
                .hasStackTraceContaining("has no tag 'audit'");
        assertThatThrownBy(() -> query("SELECT * FROM accounts" + hint("'scan.branch' = 'gone'")))
                .hasStackTraceContaining("has no branch 'gone'. It has");
        assertThatThrownBy(() -> query("SELECT * FROM accounts"
                        + hint("'scan.as-of-timestamp-millis' = '" + (first.timestampMillis() - 1) + "'")))
                .hasStackTraceContaining("has no snapshot that was current at");
    }

    @Test
    void aConsumerGoesOnWhereItWas() throws Exception {
        streaming.getConfig().set("execution.checkpointing.interval", "100 ms");
        String read = "INSERT INTO target SELECT * FROM accounts"
                + hint("'consumer-id' = 'copy', 'scan.bounded.mode' = 'latest'");
        declare("target", "aid BIGINT, bid INT, abalance INT");
        run(streaming, read);
        assertThat(iceberg().refs()).containsKey("firn-consumer-copy");
        run(batch, "INSERT INTO accounts VALUES (5, 50, 500)");
        declare("other", "aid BIGINT, bid INT, abalance INT");

        run(streaming, read.replace("target", "other"));

        assertThat(query("SELECT aid FROM target")).containsExactlyInAnyOrder(Row.of(2L), Row.of(3L));
        assertThat(query("SELECT aid FROM other")).containsExactly(Row.of(5L));
    }

    @Test
    void theParallelismOfAReadIsItsOwn() {
        String statement = "SELECT * FROM accounts" + hint("'scan.parallelism' = '3'");

        assertThat(streaming.explainSql(statement, ExplainDetail.JSON_EXECUTION_PLAN))
                .contains("\"parallelism\" : 3");
        assertThat(batch.explainSql(statement, ExplainDetail.JSON_EXECUTION_PLAN))
                .contains("\"parallelism\" : 3");
        assertThat(streaming.explainSql("SELECT * FROM accounts", ExplainDetail.JSON_EXECUTION_PLAN))
                .doesNotContain("\"parallelism\" : 3");
    }

    @Test
    @SuppressWarnings("try")
    void aWindowOfCommitTimesClosesWithALaterCommit() throws Exception {
        declare(
                "timed",
                "aid BIGINT, committed TIMESTAMP_LTZ(3) METADATA FROM 'commit_time' VIRTUAL,"
                        + " WATERMARK FOR committed AS SOURCE_WATERMARK()",
                "'catalog-table' = 'accounts'",
                "'scan.startup.mode' = 'earliest'");
        streaming.getConfig().set("table.exec.source.idle-timeout", "1 s");
        try (CloseableIterator<Row> rows = streaming
                .executeSql("SELECT window_start, COUNT(*) FROM TABLE(TUMBLE(TABLE timed"
                        + ", DESCRIPTOR(committed), INTERVAL '0.001' SECOND)) GROUP BY window_start, window_end")
                .collect()) {
            assertThat(rows.next().getField(1)).isEqualTo(2L);
        }
    }

    @Test
    void aTableThatDoesNotFitIsToldBeforeAJobStarts() {
        streaming.executeSql("CREATE TABLE other_key (aid BIGINT, bid INT, PRIMARY KEY (bid) NOT ENFORCED) WITH ("
                + place() + ", 'catalog-table' = 'accounts')");
        declare("other_type", "aid BIGINT, bid BIGINT", "'catalog-table' = 'accounts'");
        declare("missing", "aid BIGINT");

        assertThatThrownBy(() -> streaming.explainSql("SELECT * FROM other_key"))
                .hasStackTraceContaining("'bid' is optional in table");
        assertThatThrownBy(() -> streaming.explainSql("SELECT * FROM other_type"))
                .hasStackTraceContaining("Column 'bid' is declared as BIGINT but table");
        assertThatThrownBy(() -> streaming.explainSql("SELECT * FROM missing"))
                .hasStackTraceContaining("missing does not exist in catalog firn");
        assertThatThrownBy(() -> streaming.explainSql("SELECT * FROM accounts" + hint("'scan.tag' = 'x'")))
                .hasStackTraceContaining("'scan.tag' says which snapshot a batch read reads");
        assertThatThrownBy(() -> batch.explainSql("SELECT * FROM accounts" + hint("'scan.startup.mode' = 'latest'")))
                .hasStackTraceContaining("asks for changes, but a batch read reads the rows of one snapshot");
    }

    private void declare(String name, String columns, String... options) {
        List<String> all = new ArrayList<>(List.of(place()));
        all.addAll(List.of(options));
        for (TableEnvironment environment : List.of(streaming, batch)) {
            environment.executeSql(
                    "CREATE TABLE " + name + " (" + columns + ", " + KEY + ") WITH (" + String.join(", ", all) + ")");
        }
    }

    private String place() {
        return "'connector' = 'firn', 'catalog-type' = 'hadoop', 'warehouse' = '" + warehouse.toUri()
                + "', 'compaction.threads' = '0'";
    }

    private static String hint(String options) {
        return " /*+ OPTIONS(" + options + ") */";
    }

    private static Row inserted(Object... values) {
        return Row.ofKind(RowKind.INSERT, values);
    }

    private static void run(TableEnvironment environment, String statement) throws Exception {
        environment.executeSql(statement).await();
    }

    private List<Row> changes(String statement) {
        return CollectionUtil.iteratorToList(streaming.executeSql(statement).collect());
    }

    private List<Row> query(String statement) {
        return CollectionUtil.iteratorToList(batch.executeSql(statement).collect());
    }

    /** Oldest first. */
    private List<Snapshot> snapshots() {
        return List.copyOf(CollectionUtil.iteratorToList(
                Objects.requireNonNull(iceberg().snapshots()).iterator()));
    }

    private Table iceberg() {
        return new HadoopCatalog(
                        new org.apache.hadoop.conf.Configuration(),
                        warehouse.toUri().toString())
                .loadTable(TableIdentifier.of("default_database", "accounts"));
    }
}
