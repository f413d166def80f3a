package dev.firn.e2e.pipeline;

import dev.firn.e2e.cluster.Await;
import dev.firn.e2e.cluster.Deployment;
import dev.firn.e2e.cluster.Endpoints;
import dev.firn.e2e.cluster.SqlGateway;
import dev.firn.e2e.pipeline.Recording.Portion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
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

    private static final String FILE = "kafka-to-firn.sql";
    private static final Duration DEADLINE = Duration.ofMinutes(3);
    private static final int PARTITIONS = 4;

    private final String name;
    private final Deployment deployment;
    private final Lake lake;
    private final Admin kafka;
    private final RestClusterClient<String> flink;
    private @Nullable JobID job;

    /** @param name of its database, which is not there yet */
    Pipeline(String name, Deployment deployment) throws Exception {
        this.name = name;
        this.deployment = deployment;
        this.lake = new Lake(deployment.outside());
        this.kafka = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, deployment.outside().kafka()));
        Configuration configuration = new Configuration();
        configuration.set(RestOptions.ADDRESS, deployment.flink().getHost());
        configuration.set(RestOptions.PORT, deployment.flink().getPort());
        this.flink = new RestClusterClient<>(configuration, name);
        kafka.createTopics(RecordedTable.ALL.stream()
                        .map(table -> new NewTopic(Recording.topic(name, table), PARTITIONS, (short) 1))
                        .toList())
                .all()
                .get();
    }

    void publish(Portion portion) {
        Recording.publish(deployment.outside().kafka(), name, portion);
    }

    /** Executes the file, with a checkpoint each second. */
    void start(int parallelism) {
        execute(parallelism, Map.of());
    }

    /** Executes the file again, with the state of a savepoint. */
    void startFrom(String savepoint, int parallelism) {
        execute(parallelism, Map.of("execution.state-recovery.path", savepoint));
    }

    private void execute(int parallelism, Map<String, String> settings) {
        Endpoints inside = deployment.inside();
        Map<String, String> here = Map.of(
                "kafka:9092",
                inside.kafka(),
                "http://rest:8181",
                inside.catalog().toString(),
                "http://minio:9000",
                inside.objectStore().toString(),
                "'pg.public.",
                "'" + name + ".public.",
                "'properties.group.id' = 'firn'",
                "'properties.group.id' = '" + name + "'",
                "lake.bench",
                "lake." + name);
        Map<String, String> session = new HashMap<>(settings);
        session.put("parallelism.default", Integer.toString(parallelism));
        session.put("execution.checkpointing.interval", "1 s");
        try (SqlGateway sql = SqlGateway.connect(deployment.gateway())) {
            List<String> jobs = new ArrayList<>();
            for (String statement : SqlFile.statements(FILE, here)) {
                if (statement.startsWith("EXECUTE")) {
                    session.forEach((key, value) -> sql.execute("SET '%s' = '%s'".formatted(key, value)));
                }
                jobs.add(sql.execute(statement).job());
            }
            job = JobID.fromHexString(jobs.get(jobs.size() - 1));
        }
    }

    /** Waits until each table has got so many snapshots. */
    void awaitSnapshots(int count) {
        await(
                "snapshots",
                () -> RecordedTable.ALL.stream()
                        .allMatch(table -> lake.snapshots(name, table).size() >= count));
    }

    /** Waits until a checkpoint has covered all that was published. */
    void awaitCaughtUp() {
        await("the job to catch up", () -> {
            try {
                return consumed().equals(published());
            } catch (ExecutionException | InterruptedException e) {
                throw new AssertionError("Kafka does not answer", e);
            }
        });
    }

    private Map<TopicPartition, Long> published() throws ExecutionException, InterruptedException {
        Set<String> topics = RecordedTable.ALL.stream()
                .map(table -> Recording.topic(name, table))
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
        return kafka.listConsumerGroupOffsets(name).partitionsToOffsetAndMetadata().get().entrySet().stream()
                .filter(offset -> offset.getValue().offset() > 0)
                .collect(Collectors.toMap(
                        Map.Entry::getKey, offset -> offset.getValue().offset()));
    }

    private void await(String what, BooleanSupplier condition) {
        Await.until(() -> condition.getAsBoolean() || hasFailed(), DEADLINE, () -> what + " of " + name);
        if (hasFailed()) {
            throw new AssertionError(
                    "The job of " + name + " has failed",
                    flink.requestJobResult(job())
                            .join()
                            .getSerializedThrowable()
                            .orElse(null));
        }
    }

    /** False, too, while there is no JobManager to say so. */
    private boolean hasFailed() {
        try {
            return flink.getJobStatus(job()).join() == JobStatus.FAILED;
        } catch (CompletionException e) {
            return false;
        }
    }

    /** @return the savepoint */
    String stop() throws Exception {
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

    /** The snapshots of a table, oldest first. */
    List<Long> snapshots(RecordedTable table) {
        return lake.snapshots(name, table).stream()
                .map(snapshot -> snapshot.snapshotId())
                .toList();
    }

    /** Name of a table in SQL. */
    String sqlName(RecordedTable table) {
        return "lake." + name + "." + table.name();
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
