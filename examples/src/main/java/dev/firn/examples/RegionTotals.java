package dev.firn.examples;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;

/**
 * One Firn table summed up in another, change by change: a job plays orders, as PostgreSQL recorded them, into a table;
 * meanwhile a second job reads that table's change feed and keeps the totals of each region.
 */
public final class RegionTotals {

    private static final int PARALLELISM = 2;
    private static final Duration BETWEEN_CHECKPOINTS = Duration.ofMillis(200);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    private static final String ORDERS_IN_POSTGRES = """
            CREATE TABLE postgres_orders (region STRING, id INT, qty INT, note STRING)
            WITH ('connector' = 'filesystem', 'path' = '%s', 'format' = 'debezium-json')""";
    private static final String ORDERS = """
            CREATE TABLE orders (region STRING, id INT, qty INT, note STRING, PRIMARY KEY (region, id) NOT ENFORCED)
            WITH ('connector' = 'firn', 'catalog-type' = 'hadoop', 'warehouse' = '%s')""";
    private static final String TOTALS = """
            CREATE TABLE totals (region STRING, orders BIGINT, pieces BIGINT, PRIMARY KEY (region) NOT ENFORCED)
            WITH ('connector' = 'firn', 'catalog-type' = 'hadoop', 'warehouse' = '%s')""";
    private static final String SUM =
            "SELECT region, COUNT(*) AS orders, SUM(CAST(qty AS BIGINT)) AS pieces FROM orders GROUP BY region";

    private RegionTotals() {}

    /** Takes the folder of the recorded changes, {@code examples/data/pgbench-cdc}, and one for the tables. */
    public static void main(String[] args) throws Exception {
        if (args.length != 2) {
            System.err.println("usage: RegionTotals <folder of the data> <folder of the warehouse>");
            System.exit(2);
        }
        run(Path.of(args[0]), Path.of(args[1])).forEach(System.out::println);
    }

    /** @return the totals, which are those that a batch job counts: region, orders, pieces, in the order of regions */
    static List<Row> run(Path data, Path warehouse) throws Exception {
        try (LocalCluster cluster = LocalCluster.start(3 * PARALLELISM)) {
            TableEnvironment streaming = environment(cluster, RuntimeExecutionMode.STREAMING);
            declareTables(streaming, data, warehouse);
            JobClient playing = start(streaming, "INSERT INTO orders SELECT * FROM postgres_orders");
            JobClient summing = start(streaming, "INSERT INTO totals " + SUM);

            playing.getJobExecutionResult().get();
            TableEnvironment batch = environment(cluster, RuntimeExecutionMode.BATCH);
            declareTables(batch, data, warehouse);
            List<Row> expected = query(batch, SUM + " ORDER BY region");
            awaitTotals(batch, expected, summing);
            summing.cancel().get();
            return expected;
        }
    }

    private static TableEnvironment environment(LocalCluster cluster, RuntimeExecutionMode mode) {
        Configuration configuration = cluster.configuration();
        configuration.set(CoreOptions.DEFAULT_PARALLELISM, PARALLELISM);
        configuration.set(ExecutionOptions.RUNTIME_MODE, mode);
        // A demonstration shall show a failure, not survive it.
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        if (mode == RuntimeExecutionMode.STREAMING) {
            configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, BETWEEN_CHECKPOINTS);
        }
        return TableEnvironment.create(EnvironmentSettings.newInstance()
                .withConfiguration(configuration)
                .build());
    }

    private static void declareTables(TableEnvironment flink, Path data, Path warehouse) {
        flink.executeSql(
                ORDERS_IN_POSTGRES.formatted(data.resolve("events/ord.jsonl.gz").toUri()));
        flink.executeSql(ORDERS.formatted(warehouse.toUri()));
        flink.executeSql(TOTALS.formatted(warehouse.toUri()));
    }

    private static JobClient start(TableEnvironment flink, String insert) {
        return flink.executeSql(insert)
                .getJobClient()
                .orElseThrow(() -> new IllegalStateException("an INSERT always starts a job"));
    }

    /** The second job has caught up when its totals are those of all orders. */
    private static void awaitTotals(TableEnvironment batch, List<Row> expected, JobClient summing)
            throws InterruptedException, ExecutionException {
        while (!query(batch, "SELECT region, orders, pieces FROM totals ORDER BY region")
                .equals(expected)) {
            if (summing.getJobStatus().get().isTerminalState()) {
                summing.getJobExecutionResult().get();
            }
            Thread.sleep(BETWEEN_LOOKS.toMillis());
        }
    }

    @SuppressWarnings("try") // close() may be interrupted, which fails the query like anything else
    private static List<Row> query(TableEnvironment batch, String query) {
        List<Row> rows = new ArrayList<>();
        try (CloseableIterator<Row> result = batch.executeSql(query).collect()) {
            result.forEachRemaining(rows::add);
        } catch (Exception e) {
            throw new IllegalStateException("Flink SQL cannot read: " + query, e);
        }
        return rows;
    }
}
