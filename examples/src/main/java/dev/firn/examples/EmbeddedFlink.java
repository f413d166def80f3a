package dev.firn.examples;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.config.TableConfigOptions;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;

/**
 * A Flink inside this process. It copies PostgreSQL's tables by a streaming job, and reads the copies by batch jobs.
 */
final class EmbeddedFlink implements AutoCloseable {

    private static final Duration BETWEEN_CHECKPOINTS = Duration.ofMillis(500);
    private static final int PARALLELISM = 2;

    private final Map<String, String> paths;
    private final Path checkpoints;
    private final LocalCluster cluster = LocalCluster.start(PARALLELISM);
    private final TableEnvironment batch;

    /**
     * @param events folder of the Debezium events, one file a table
     * @param warehouse folder of the Iceberg tables, made when it is missing
     * @param checkpoints folder of Flink's checkpoints, made when it is missing
     */
    EmbeddedFlink(Path events, Path warehouse, Path checkpoints) {
        this.paths = Map.of("events", uri(events), "warehouse", uri(warehouse));
        this.checkpoints = checkpoints;
        this.batch = environment(configuration(RuntimeExecutionMode.BATCH));
        run(batch, "firn.sql");
    }

    /** Starts to copy; the job ends by itself when all events are played. */
    JobClient copy() {
        Configuration configuration = configuration(RuntimeExecutionMode.STREAMING);
        configuration.set(PipelineOptions.NAME, "Firn quick start");
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, BETWEEN_CHECKPOINTS);
        configuration.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, uri(checkpoints));
        // A demonstration shall show a failure, not survive it.
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");

        TableEnvironment flink = environment(configuration);
        run(flink, "postgres.sql");
        run(flink, "firn.sql");
        String insert = SqlScript.read("replicate.sql", paths).statements().get(0);
        return flink.executeSql(insert)
                .getJobClient()
                .orElseThrow(() -> new IllegalStateException("an INSERT always starts a job"));
    }

    /** How far the copying has come, and in the end how far it came. */
    FlinkMetrics metrics() {
        return cluster.metrics();
    }

    /** The rows of a copy, read by Flink SQL. */
    Contents rows(CopiedTable table, List<String> columns) {
        Contents contents = new Contents(columns, table.key());
        for (Row row : query("SELECT " + String.join(", ", columns) + " FROM lake." + table.name())) {
            List<Object> values = new ArrayList<>(columns.size());
            for (int i = 0; i < row.getArity(); i++) {
                values.add(row.getField(i));
            }
            contents.accept(values);
        }
        return contents;
    }

    /** Counts and sums of all copies by Flink SQL, spelled like those of the dump. */
    List<String> aggregates() {
        String query = SqlScript.read("aggregates.sql", paths).statements().get(0);
        return query(query).stream().map(row -> row.<String>getFieldAs(0)).toList();
    }

    @SuppressWarnings("try") // close() may be interrupted, which fails the query like anything else
    private List<Row> query(String query) {
        List<Row> rows = new ArrayList<>();
        try (CloseableIterator<Row> result = batch.executeSql(query).collect()) {
            result.forEachRemaining(rows::add);
        } catch (Exception e) {
            throw new IllegalStateException("Flink SQL cannot read: " + query, e);
        }
        return rows;
    }

    @Override
    public void close() {
        cluster.close();
    }

    private void run(TableEnvironment flink, String script) {
        SqlScript.read(script, paths).statements().forEach(flink::executeSql);
    }

    private static TableEnvironment environment(Configuration configuration) {
        return TableEnvironment.create(EnvironmentSettings.newInstance()
                .withConfiguration(configuration)
                .build());
    }

    private Configuration configuration(RuntimeExecutionMode mode) {
        Configuration configuration = cluster.configuration();
        configuration.set(ExecutionOptions.RUNTIME_MODE, mode);
        configuration.set(TableConfigOptions.LOCAL_TIME_ZONE, "UTC");
        return configuration;
    }

    private static String uri(Path path) {
        return path.toUri().toString();
    }
}
