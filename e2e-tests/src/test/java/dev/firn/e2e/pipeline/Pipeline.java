package dev.firn.e2e.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.e2e.cluster.Await;
import dev.firn.e2e.cluster.Deployment;
import dev.firn.e2e.cluster.JsonService;
import dev.firn.e2e.cluster.SqlGateway;
import dev.firn.e2e.pipeline.Recording.Portion;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The pipeline of {@code examples/sql/kafka-to-firn.sql} with topics, a database and a consumer group of its own. One
 * thread.
 */
final class Pipeline implements AutoCloseable {

    private static final Duration DEADLINE = Duration.ofMinutes(3);
    private static final int PARTITIONS = 4;

    private final String server;
    private final String database;
    private final Deployment deployment;
    private final Lake lake;
    private final Admin kafka;
    private final RestClusterClient<String> flink;
    private final JsonService flinkRest;
    private @Nullable JobID job;

    private Pipeline(String server, String database, Deployment deployment) throws Exception {
        this.server = server;
        this.database = database;
        this.deployment = deployment;
        this.lake = new Lake(deployment.outside());
        this.kafka = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, deployment.outside().kafka()));
        Configuration configuration = new Configuration();
        configuration.set(RestOptions.ADDRESS, deployment.flink().getHost());
        configuration.set(RestOptions.PORT, deployment.flink().getPort());
        this.flink = new RestClusterClient<>(configuration, database);
        this.flinkRest = new JsonService(deployment.flink());
        kafka.createTopics(RecordedTable.ALL.stream()
                        .map(table -> new NewTopic(Recording.topic(server, table), PARTITIONS, (short) 1))
                        .toList())
                .all()
                .get();
    }

    /** The one of the examples, under the names that they use. */
    static Pipeline ofExamples(Deployment deployment) throws Exception {
        return new Pipeline("pg", "bench", deployment);
    }

    /** One of its own, on a whole cluster. */
    static Pipeline named(String name, Deployment deployment) throws Exception {
        return new Pipeline(name, name, deployment);
    }

    void publish(Portion portion) {
        Recording.publish(deployment.outside().kafka(), server, portion);
    }

    /** Executes the file, with a checkpoint each second. */
    void start(int parallelism) {
        start(parallelism, Map.of());
    }

    /** Executes the file again, with the state of a savepoint. */
    void startFrom(String savepoint, int parallelism) {
        start(parallelism, Map.of("execution.state-recovery.path", savepoint));
    }

    private void start(int parallelism, Map<String, String> settings) {
        awaitWholeCluster();
        Map<String, String> session = new HashMap<>(settings);
        session.put("parallelism.default", Integer.toString(parallelism));
        job = JobID.fromHexString(execute(Example.KAFKA_TO_FIRN, session));
    }

    /** Executes a file in a session of its own, and returns the job that its last statement has started. */
    String execute(Example file, Map<String, String> settings) {
        try (SqlGateway sql = SqlGateway.connect(deployment.gateway())) {
            String last = "";
            for (String statement : file.statements(deployment.inside())) {
                last = sql.execute(adapted(statement)).job();
                // After those that the file has itself.
                if (statement.startsWith("CREATE CATALOG")) {
                    settings.forEach((key, value) -> sql.execute("SET '%s' = '%s'".formatted(key, value)));
                    sql.execute("SET 'execution.checkpointing.interval' = '1 s'");
                }
            }
            return last;
        }
    }

    /** A statement of the examples, on this pipeline's topics and database. */
    private String adapted(String statement) {
        return statement
                .replace("'pg.public.", "'" + server + ".public.")
                .replace("'properties.group.id' = 'firn", "'properties.group.id' = '" + database)
                .replace("lake.bench", "lake." + database);
    }

    /** Waits until all slots are there, and free. */
    private void awaitWholeCluster() {
        Await.until(
                () -> {
                    try {
                        JsonNode overview = flinkRest.get("/overview");
                        return overview.get("taskmanagers").asInt() == 2
                                && overview.get("slots-available").asInt() == 4;
                    } catch (IOException e) {
                        return false;
                    }
                },
                DEADLINE,
                () -> "four free slots");
    }

    /** Waits until the job has gone on from a checkpoint, as the JobManager that there is by then knows. */
    void awaitRestored() {
        await("the job to go on from a checkpoint", () -> {
            try {
                return flinkRest
                                .get("/jobs/" + job() + "/checkpoints")
                                .get("counts")
                                .get("restored")
                                .asInt()
                        > 0;
            } catch (IOException e) {
                return false;
            }
        });
    }

    /** Waits until each table has a snapshot. */
    void awaitFirstSnapshots() {
        await(
                "snapshots",
                () -> RecordedTable.ALL.stream()
                        .noneMatch(table -> lake.snapshots(database, table).isEmpty()));
    }

    /** Waits until a checkpoint has covered all that was published. */
    void awaitCaughtUp() {
        await("the job to catch up", this::hasCaughtUp);
    }

    /** Whether a checkpoint has covered all that was published. */
    boolean hasCaughtUp() {
        try {
            return consumed().equals(published());
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError("Kafka does not answer", e);
        }
    }

    private Map<TopicPartition, Long> published() throws ExecutionException, InterruptedException {
        Set<String> topics = RecordedTable.ALL.stream()
                .map(table -> Recording.topic(server, table))
                .collect(Collectors.toSet());
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        kafka.describeTopics(topics)
                .allTopicNames()
                .get()
                .forEach((topic, description) -> description
                        .partitions()
                        .forEach(partition ->
                                latest.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest())));
        return kafka.listOffsets(latest).all().get().entrySet().stream()
                .filter(end -> end.getValue().offset() > 0)
                .collect(Collectors.toMap(
                        Map.Entry::getKey, end -> end.getValue().offset()));
    }

    private Map<TopicPartition, Long> consumed() throws ExecutionException, InterruptedException {
        return kafka.listConsumerGroupOffsets(database).partitionsToOffsetAndMetadata().get().entrySet().stream()
                .filter(offset -> offset.getValue().offset() > 0)
                .collect(Collectors.toMap(
                        Map.Entry::getKey, offset -> offset.getValue().offset()));
    }

    private void await(String what, BooleanSupplier condition) {
        Await.until(condition, DEADLINE, () -> what + " of " + database + ". The job: " + failures());
    }

    private String failures() {
        try {
            return flinkRest
                    .get("/jobs/" + job() + "/exceptions?maxExceptions=3")
                    .get("exceptionHistory")
                    .toPrettyString()
                    .translateEscapes();
        } catch (IOException e) {
            return e.toString();
        }
    }

    private boolean isRunning() {
        try {
            for (JsonNode vertex : flinkRest.get("/jobs/" + job()).get("vertices")) {
                if (!vertex.get("tasks").get("RUNNING").equals(vertex.get("parallelism"))) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Stops the job, as soon as all of it runs.
     *
     * @return the savepoint
     */
    String stop() throws Exception {
        await("all tasks to run", this::isRunning);
        JobID running = job();
        String savepoint = flink.stopWithSavepoint(
                        running, false, deployment.savepoints(), SavepointFormatType.CANONICAL)
                .get();
        await("the job's end", () -> flink.getJobStatus(running).join() == JobStatus.FINISHED);
        job = null;
        return savepoint;
    }

    private JobID job() {
        if (job == null) {
            throw new IllegalStateException("No job was started");
        }
        return job;
    }

    /** Ids of a table's snapshots, oldest first. */
    List<Long> snapshots(RecordedTable table) {
        return lake.snapshots(database, table);
    }

    /** Keys that a snapshot has several rows of, as Iceberg's own reader finds them. */
    Map<List<Object>, Integer> duplicates(RecordedTable table, long snapshot) {
        return lake.duplicates(database, table, snapshot);
    }

    /** Name of a table in SQL. */
    String sqlName(RecordedTable table) {
        return "lake." + database + "." + table.name();
    }

    /** @param id of a job that {@link #execute} has started */
    void cancel(String id) {
        flink.cancel(JobID.fromHexString(id)).join();
    }

    @Override
    public void close() {
        try {
            if (job != null) {
                flink.cancel(job).join();
            }
        } finally {
            flink.close();
            kafka.close();
            lake.close();
        }
    }
}
