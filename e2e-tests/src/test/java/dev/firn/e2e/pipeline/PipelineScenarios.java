package dev.firn.e2e.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.e2e.cluster.Await;
import dev.firn.e2e.cluster.Deployment;
import dev.firn.e2e.cluster.Engine;
import dev.firn.e2e.cluster.Part;
import dev.firn.e2e.cluster.SparkProcess;
import dev.firn.e2e.cluster.SqlGateway;
import dev.firn.e2e.pipeline.Recording.Portion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/**
 * A minute of PostgreSQL's changes goes through Kafka and Flink SQL into six Firn tables on S3, and the tables equal
 * that PostgreSQL, whoever reads them and whatever happens on the way. Which {@link Deployment} all that runs on is
 * said by the class that extends this.
 */
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class PipelineScenarios {

    private static final Portion FIRST = new Portion(1, 3);
    private static final Portion SECOND = new Portion(2, 3);
    private static final Portion THIRD = new Portion(3, 3);
    /** More than one TaskManager has slots for. */
    private static final int SUBTASKS = 3;

    private static final Duration AWAY = Duration.ofSeconds(10);
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    /** Without it each test is skipped. */
    @SuppressWarnings("NullAway.Init")
    private Deployment deployment;

    @SuppressWarnings("NullAway.Init")
    private SparkProcess spark;

    private @Nullable Pipeline ofExamples;
    /** The job of the examples' change feed. */
    private String feed = "";

    /** What happens to a pipeline at work. */
    @FunctionalInterface
    interface Event {
        void befall(Pipeline pipeline) throws Exception;
    }

    /** Why there can be no deployment here; empty where it can. */
    abstract Optional<String> unavailable();

    /** @param disk for whatever it keeps */
    abstract Deployment deploy(Path disk);

    @BeforeAll
    void start(@TempDir Path disk) {
        if (unavailable().isEmpty()) {
            spark = SparkProcess.bare(disk);
            deployment = deploy(disk);
            ofSpark().filter(PipelineScenarios::isSetting).forEach(spark::execute);
        }
    }

    @BeforeEach
    void skipWhereThereIsNoDeployment() {
        unavailable().ifPresent(reason -> {
            throw new TestAbortedException(reason);
        });
    }

    @AfterAll
    void end() {
        Stream.of(ofExamples, spark, deployment).filter(Objects::nonNull).forEach(PipelineScenarios::close);
        assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive))
                .as("processes that were started and not ended")
                .isEmpty();
    }

    private static void close(AutoCloseable running) {
        try {
            running.close();
        } catch (Exception e) {
            throw new AssertionError(running + " does not end", e);
        }
    }

    @Test
    @Order(1)
    @DisplayName("kafka-to-firn.sql: six topics into six tables; read-with-spark.sql: as Spark reads them")
    void readBySpark() throws Exception {
        Pipeline pipeline = ofExamples();
        answers(spark, ofSpark().filter(statement -> !isSetting(statement)).toList());
        checkBySpark(pipeline);
    }

    @Test
    @Order(2)
    @DisplayName("read-with-trino.sql: the same tables as Trino reads them")
    void readByTrino() throws Exception {
        Pipeline pipeline = ofExamples();
        Engine trino = deployment.trino();
        answers(trino, Example.READ_WITH_TRINO.statements(deployment.outside()));
        Copies copies = new Copies(trino, pipeline::sqlName);
        copies.equalTheDump();
        copies.haveOneRowPerKey(pipeline::snapshots, "%s FOR VERSION AS OF %d"::formatted);
    }

    @Test
    @Order(3)
    @DisplayName("read-with-flink.sql: the same tables as Firn and Flink's Iceberg connector read them")
    void readByFlink() throws Exception {
        Pipeline pipeline = ofExamples();
        try (SqlGateway flink = SqlGateway.connect(deployment.gateway())) {
            answers(flink, Example.READ_WITH_FLINK.statements(deployment.inside()));
            new Copies(flink, pipeline::sqlName).equalTheDump();
            new Copies(flink, table -> "iceberg.bench." + table.name()).equalTheDump();
        }
    }

    @Test
    @Order(4)
    @DisplayName("partitioned-table.sql: a table with a partition for each day")
    void aPartitionForEachDay() throws Exception {
        Pipeline pipeline = ofExamples();
        String job = pipeline.execute(Example.PARTITIONED_TABLE, Map.of());
        try {
            List<String> expected = Recording.rows(RecordedTable.named("pgbench_history"));
            String history = "SELECT tid, bid, aid, delta, mtime, NULL, hid FROM lake.bench.history_by_day";
            Await.until(() -> sorted(spark.rows(history)).equals(expected), DEADLINE, () -> "all rows");
            assertThat(spark.rows("SELECT partition.day, sum(record_count) FROM lake.bench.history_by_day.partitions"
                            + " GROUP BY partition.day"))
                    .containsExactly("2026-11-21|" + expected.size());
        } finally {
            pipeline.cancel(job);
        }
    }

    @Test
    @Order(5)
    @DisplayName("change-feed.sql: a table summed up in another, change by change, while it was written")
    void aTableSummedUp() throws Exception {
        Pipeline pipeline = ofExamples();
        try {
            Await.until(
                    () -> spark.rows("SELECT region, orders, pieces FROM lake.bench.orders_by_region ORDER BY region")
                            .equals(Recording.ordersByRegion()),
                    DEADLINE,
                    () -> "the sums of " + Recording.ordersByRegion());
        } finally {
            pipeline.cancel(feed);
        }
    }

    @Test
    @Order(6)
    @DisplayName("kill -9 of a TaskManager")
    void aTaskManagerIsKilled() throws Exception {
        endsEqual("one_killed", killed(Part.TASK_MANAGER_1));
    }

    @Test
    @Order(7)
    @DisplayName("kill -9 of both TaskManagers")
    void bothTaskManagersAreKilled() throws Exception {
        endsEqual("both_killed", killed(Part.TASK_MANAGER_1, Part.TASK_MANAGER_2));
    }

    @Test
    @Order(8)
    @DisplayName("kill -9 of the JobManager")
    void theJobManagerIsKilled() throws Exception {
        endsEqual("job_manager_killed", killed(Part.JOB_MANAGER));
    }

    @Test
    @Order(9)
    @DisplayName("stop with savepoint, and on with 4 subtasks instead of 3, then with 1")
    void restartedWithAnotherParallelism() throws Exception {
        endsEqual("rescaled", pipeline -> {
            pipeline.publish(SECOND);
            pipeline.startFrom(pipeline.stop(), 4);
            pipeline.publish(THIRD);
            pipeline.startFrom(pipeline.stop(), 1);
        });
    }

    @Test
    @Order(10)
    @DisplayName("S3 is away for ten seconds")
    void theObjectStoreIsAway() throws Exception {
        endsEqual("without_store", pipeline -> {
            deployment.kill(Part.OBJECT_STORE);
            pipeline.publish(SECOND);
            Await.pause(AWAY);
            assertThat(pipeline.hasCaughtUp()).isFalse();
            deployment.start(Part.OBJECT_STORE);
            pipeline.publish(THIRD);
        });
    }

    @Test
    @Order(11)
    @DisplayName("the catalog is away for ten seconds")
    void theCatalogIsAway() throws Exception {
        endsEqual("without_catalog", pipeline -> {
            deployment.kill(Part.CATALOG);
            pipeline.publish(SECOND);
            Await.pause(AWAY);
            deployment.start(Part.CATALOG);
            pipeline.publish(THIRD);
        });
    }

    /** Parts are killed while the second third is read, and started again. */
    private Event killed(Part... parts) {
        return pipeline -> {
            pipeline.publish(SECOND);
            for (Part part : parts) {
                deployment.kill(part);
            }
            for (Part part : parts) {
                deployment.start(part);
            }
            pipeline.awaitRestored();
            pipeline.publish(THIRD);
        };
    }

    /** Plays the recording into tables of their own; the event sends what comes after the first third. */
    private void endsEqual(String name, Event event) throws Exception {
        try (Pipeline pipeline = Pipeline.named(name, deployment)) {
            pipeline.publish(FIRST);
            pipeline.start(SUBTASKS);
            pipeline.awaitFirstSnapshots();
            event.befall(pipeline);
            pipeline.awaitCaughtUp();
            pipeline.stop();
            new Copies(spark, pipeline::sqlName).equalTheDump();
            for (RecordedTable table : RecordedTable.ALL) {
                assertThat(pipeline.snapshots(table))
                        .as("snapshots of " + table.name())
                        .allSatisfy(snapshot ->
                                assertThat(pipeline.duplicates(table, snapshot)).isEmpty());
            }
        }
    }

    private void checkBySpark(Pipeline pipeline) {
        Copies copies = new Copies(spark, pipeline::sqlName);
        copies.equalTheDump();
        copies.haveOneRowPerKey(pipeline::snapshots, "%s VERSION AS OF %d"::formatted);
    }

    /** Queries of a file have rows, and the first one has the orders of each region. */
    private static void answers(Engine engine, List<String> statements) {
        List<List<String>> answers = new ArrayList<>();
        for (String statement : statements) {
            List<String> rows = engine.rows(statement);
            if (statement.startsWith("SELECT")) {
                assertThat(rows).as(statement).isNotEmpty();
                answers.add(rows);
            }
        }
        assertThat(answers.get(0)).isEqualTo(Recording.ordersByRegion());
    }

    private static List<String> sorted(List<String> rows) {
        return rows.stream().sorted().toList();
    }

    private Stream<String> ofSpark() {
        return Example.READ_WITH_SPARK.statements(deployment.outside()).stream();
    }

    private static boolean isSetting(String statement) {
        return statement.startsWith("SET ");
    }

    private Pipeline ofExamples() throws Exception {
        if (ofExamples == null) {
            Pipeline pipeline = Pipeline.ofExamples(deployment);
            pipeline.publish(new Portion(1, 2));
            pipeline.start(2);
            pipeline.awaitFirstSnapshots();
            feed = pipeline.execute(Example.CHANGE_FEED, Map.of());
            pipeline.publish(new Portion(2, 2));
            pipeline.awaitCaughtUp();
            pipeline.stop();
            ofExamples = pipeline;
        }
        return ofExamples;
    }
}
