package dev.firn.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.apache.flink.api.common.JobID;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.types.Row;
import org.apache.flink.util.CollectionUtil;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.events.CreateSnapshotEvent;
import org.apache.iceberg.events.Listeners;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class CompactProcedureTest {

    @RegisterExtension
    static final SqlCluster CLUSTER = new SqlCluster();

    private static final int JOB_ID = 0;
    private static final int COMMITS = 1;
    private static final int MERGED_FILES = 2;
    private static final int NEW_FILES = 3;
    private static final Semaphore SNAPSHOTS = new Semaphore(0);

    @TempDir
    private Path warehouse;

    private TableEnvironment streaming;
    private TableEnvironment batch;

    @BeforeAll
    static void listenToIceberg() {
        Listeners.register(made -> SNAPSHOTS.release(), CreateSnapshotEvent.class);
    }

    @BeforeEach
    void createATableThatItsSinkDoesNotCompact() {
        streaming = CLUSTER.streaming();
        batch = CLUSTER.batch();
        for (TableEnvironment environment : List.of(streaming, batch)) {
            environment.executeSql("CREATE CATALOG lake WITH ('type' = 'firn', 'catalog-type' = 'hadoop', 'warehouse' ="
                    + " '" + warehouse.toUri() + "')");
            environment.useCatalog("lake");
        }
        batch.executeSql("CREATE DATABASE bank");
        batch.executeSql("CREATE TABLE bank.accounts (aid BIGINT, bid INT, PRIMARY KEY (aid) NOT ENFORCED)"
                + " WITH ('bucket' = '2', 'compaction.threads' = '0', 'compaction.runs' = '3')");
    }

    @Test
    void inBatchModeItCompactsWhatIsThereAndTellsWhatItDid() throws Exception {
        insert(6);
        List<Row> before = accounts();
        int files = files();
        Object marker = iceberg().properties().get("firn.committed");

        Row told = call(batch, "CALL sys.compact('bank.accounts')");

        assertThat(files).isGreaterThan(files());
        assertThat(told.<Long>getFieldAs(MERGED_FILES) - told.<Long>getFieldAs(NEW_FILES))
                .isEqualTo(files - files());
        assertThat(told.<Long>getFieldAs(COMMITS)).isPositive();
        assertThat(newest().operation()).isEqualTo("replace");
        assertThat(newest().summary()).containsEntry("flink.job-id", told.<String>getFieldAs(JOB_ID));
        assertThat(iceberg().properties()).containsEntry("firn.committed", String.valueOf(marker));
        assertThat(accounts()).isEqualTo(before);
        assertThat(call(batch, "CALL sys.compact('bank.accounts')").<Long>getFieldAs(COMMITS))
                .isZero();
    }

    @Test
    void mergesEverythingIfTheOptionsOfTheCallSaySo() throws Exception {
        insert(2);
        insert(2);

        call(
                batch,
                "CALL sys.compact(`table` => 'bank.accounts', options => 'compaction.runs = 2,"
                        + " compaction.dead-rows-ratio = 0.000001')");

        assertThat(files()).isEqualTo(2);
        assertThat(newest().summary().getOrDefault("total-position-deletes", "0"))
                .isEqualTo("0");
        assertThat(accounts()).hasSize(4);
    }

    @Test
    void inStreamingModeItGoesOnBesideASinkThatWrites() throws Exception {
        streaming.getConfig().set("execution.checkpointing.interval", "100 ms");
        streaming.executeSql("CREATE TEMPORARY TABLE numbers (n BIGINT) WITH ('connector' = 'datagen',"
                + " 'rows-per-second' = '200', 'fields.n.min' = '0', 'fields.n.max' = '99')");
        TableResult writing = streaming.executeSql("INSERT INTO bank.accounts SELECT n, CAST(n AS INT) FROM numbers");
        String compacting = call(
                        streaming,
                        "CALL sys.compact('bank.accounts', 'compaction.job-interval = 100 ms, sink.parallelism = 1')")
                .getFieldAs(JOB_ID);

        await(() -> commitsOf(compacting) >= 3);
        long seen = sinkCommits();
        await(() -> sinkCommits() > seen + 2);
        writing.getJobClient().orElseThrow().cancel().get();
        CLUSTER.cancel(JobID.fromHexString(compacting));

        List<Row> rows = accounts();
        assertThat(rows).hasSizeBetween(50, 100);
        assertThat(rows).allMatch(row -> row.<Long>getFieldAs(0).intValue() == row.<Integer>getFieldAs(1));
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> call(batch, "CALL sys.compact('accounts')"))
                .hasStackTraceContaining("does not name a table with its database");
        assertThatThrownBy(() -> call(batch, "CALL sys.compact('bank.nobody')"))
                .hasStackTraceContaining("There is no table bank.nobody in catalog lake");
        assertThatThrownBy(() -> call(batch, "CALL sys.compact('bank.accounts', 'compaction.threads')"))
                .hasStackTraceContaining("is no option with a value");
        assertThatThrownBy(() -> call(batch, "CALL sys.compact('bank.accounts', 'compaction.thread = 1')"))
                .hasStackTraceContaining("Did you mean 'compaction.threads'?");
        assertThatThrownBy(() -> call(batch, "CALL sys.compact('bank.accounts', 'compaction.threads = 0')"))
                .hasStackTraceContaining("With 0 threads a compaction job compacts nothing");
        assertThatThrownBy(() -> call(batch, "CALL sys.compact('bank.accounts', 'compaction.job-interval = 0 s')"))
                .hasStackTraceContaining("Give 'compaction.job-interval' some seconds");
    }

    @Test
    void theCatalogListsIt() {
        assertThat(query("SHOW PROCEDURES IN lake.sys")).containsExactly(Row.of("compact"));
    }

    private void insert(int checkpoints) throws Exception {
        for (int i = 0; i < checkpoints; i++) {
            batch.executeSql("INSERT INTO bank.accounts VALUES (1, " + i + "), (2, " + i + "), (3, " + i + "), (4, " + i
                            + ")")
                    .await();
        }
    }

    private Row call(TableEnvironment environment, String statement) {
        return CollectionUtil.iteratorToList(environment.executeSql(statement).collect())
                .get(0);
    }

    private List<Row> accounts() {
        return query("SELECT * FROM bank.accounts ORDER BY aid");
    }

    private List<Row> query(String statement) {
        return CollectionUtil.iteratorToList(batch.executeSql(statement).collect());
    }

    private int files() {
        return Integer.parseInt(newest().summary().get("total-data-files"));
    }

    private long sinkCommits() {
        return summaries().stream()
                .filter(summary -> summary.containsKey("firn.sink-id"))
                .count();
    }

    private long commitsOf(String job) {
        return summaries().stream()
                .filter(summary -> job.equals(summary.get("flink.job-id")))
                .count();
    }

    private List<Map<String, String>> summaries() {
        List<Map<String, String>> summaries = new ArrayList<>();
        iceberg().snapshots().forEach(snapshot -> summaries.add(snapshot.summary()));
        return summaries;
    }

    /** Looks again whenever one of the jobs has made a snapshot. */
    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            SNAPSHOTS.acquire();
            SNAPSHOTS.drainPermits();
        }
    }

    private Snapshot newest() {
        return Objects.requireNonNull(iceberg().currentSnapshot());
    }

    private Table iceberg() {
        return new HadoopCatalog(
                        new org.apache.hadoop.conf.Configuration(),
                        warehouse.toUri().toString())
                .loadTable(TableIdentifier.of("bank", "accounts"));
    }
}
