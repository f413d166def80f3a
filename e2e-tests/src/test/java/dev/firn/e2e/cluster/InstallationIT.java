package dev.firn.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.rest.RESTCatalog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/installation.md says of a cluster without Hadoop: the least jars, a REST catalog, S3. */
class InstallationIT {

    private static final int KEYS = 60;
    private static final Duration DEADLINE = Duration.ofMinutes(1);

    @TempDir
    private Path disk;

    @Test
    void theLeastOfHadoopIsEnoughToWriteCompactReadAndFollowATable() {
        try (Service objectStore = ObjectStore.on(disk.resolve("s3"));
                Service catalog = RestCatalog.on(disk.resolve("catalog"), objectStore.uri());
                FlinkCluster flink = new FlinkCluster(disk.resolve("flink"), leastJars())) {
            objectStore.start();
            catalog.start();
            flink.start();
            objectStore.awaitReady();
            catalog.awaitReady();
            try (SqlGateway sql = SqlGateway.connect(flink.gateway())) {
                String properties = properties(catalog, objectStore);
                sql.execute("CREATE CATALOG lake WITH ('type' = 'firn', " + properties + ")");
                sql.execute("CREATE DATABASE lake.db");
                sql.execute("CREATE TABLE lake.db.latest (id BIGINT, n BIGINT, PRIMARY KEY (id) NOT ENFORCED)"
                        + " WITH ('bucket' = '2', 'compaction.runs' = '2')");
                String job = write(sql);
                awaitVectorsAndCompactions(catalog);
                sql.execute("STOP JOB '" + job + "' WITH SAVEPOINT");

                String counts = "SELECT COUNT(*), COUNT(DISTINCT id) FROM lake.db.latest";
                String each = RowText.of(List.of(KEYS, KEYS));
                sql.execute("SET 'execution.runtime-mode' = 'batch'");
                assertThat(sql.rows(counts)).containsExactly(each);
                sql.execute("SET 'execution.runtime-mode' = 'streaming'");
                assertThat(sql.rows(counts
                                + " /*+ OPTIONS('scan.startup.mode' = 'earliest', 'scan.bounded.mode' = 'latest') */"))
                        .endsWith(each);
                compactInAJobOfItsOwn(sql, catalog, flink);
                assertThatThrownBy(
                                () -> sql.execute("CREATE CATALOG ice WITH ('type' = 'iceberg', " + properties + ")"))
                        .as("Iceberg's own connector")
                        .hasStackTraceContaining("NoClassDefFoundError: org/apache/hadoop/hdfs/HdfsConfiguration");
            }
        }
    }

    /** Starts to change some rows again and again. */
    private static String write(SqlGateway sql) {
        sql.execute(
                "CREATE TEMPORARY TABLE numbers (n BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '600',"
                        + " 'fields.n.kind' = 'sequence', 'fields.n.start' = '0', 'fields.n.end' = '59999')");
        sql.execute("SET 'execution.checkpointing.interval' = '500 ms'");
        return sql.execute("INSERT INTO lake.db.latest SELECT MOD(n, " + KEYS + "), n FROM numbers")
                .job();
    }

    private static void awaitVectorsAndCompactions(Service catalog) {
        Await.until(
                () -> {
                    List<Snapshot> snapshots = snapshots(catalog, "latest");
                    return snapshots.stream()
                                    .anyMatch(
                                            snapshot -> snapshot.summary().containsKey(SnapshotSummary.ADDED_DVS_PROP))
                            && snapshots.stream()
                                    .anyMatch(snapshot -> snapshot.operation().equals(DataOperations.REPLACE));
                },
                DEADLINE,
                () -> "deletion vectors and compactions in " + snapshots(catalog, "latest"));
    }

    /** What docs/compaction.md says of it. The gateway calls the procedure, and the cluster runs the jobs. */
    private static void compactInAJobOfItsOwn(SqlGateway sql, Service catalog, FlinkCluster flink) {
        JsonService cluster = new JsonService(flink.rest());
        sql.execute("CREATE TABLE lake.db.written (id BIGINT, n BIGINT, PRIMARY KEY (id) NOT ENFORCED)"
                + " WITH ('bucket' = '1', 'compaction.threads' = '0', 'compaction.runs' = '2')");
        sql.execute("SET 'execution.runtime-mode' = 'batch'");
        sql.execute("SET 'table.dml-sync' = 'true'");
        for (int i = 1; i <= 2; i++) {
            sql.execute("INSERT INTO lake.db.written VALUES (0, %d), (%d, %d)".formatted(i, i, i));
        }
        assertThat(newest(catalog).summary()).containsEntry(SnapshotSummary.TOTAL_RECORDS_PROP, "4");

        List<String> compacted = sql.rows("CALL lake.sys.compact('db.written')");

        Map<String, String> summary = newest(catalog).summary();
        String job = Objects.requireNonNull(summary.get("flink.job-id"));
        assertThat(compacted).singleElement().asString().startsWith(job + "|");
        assertThat(summary).containsEntry(SnapshotSummary.TOTAL_RECORDS_PROP, "3");
        assertThat(state(cluster, job)).isEqualTo("FINISHED");
        assertThat(sql.rows("SELECT id, n FROM lake.db.written ORDER BY id")).containsExactly("0|2", "1|1", "2|2");

        sql.execute("SET 'execution.runtime-mode' = 'streaming'");
        String goingOn = sql.rows("CALL lake.sys.compact('db.written')").get(0).replace("|", "");
        Await.until(() -> state(cluster, goingOn).equals("RUNNING"), DEADLINE, () -> "a compaction job that goes on");
        sql.execute("STOP JOB '" + goingOn + "'");
        Await.until(() -> state(cluster, goingOn).equals("CANCELED"), DEADLINE, () -> "its end");
    }

    private static Snapshot newest(Service catalog) {
        return snapshots(catalog, "written").stream()
                .max(Comparator.comparingLong(Snapshot::sequenceNumber))
                .orElseThrow();
    }

    private static String state(JsonService cluster, String job) {
        try {
            return cluster.get("/jobs/" + job).get("state").asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> leastJars() {
        return Stream.concat(
                        Program.HADOOP_MINIMAL.jars().stream(),
                        Program.FLINK_LIB.jars().stream()
                                .filter(jar -> jar.getFileName().toString().startsWith("iceberg-aws-bundle")))
                .toList();
    }

    private static String properties(Service catalog, Service objectStore) {
        return "'catalog-type' = 'rest', 'uri' = '" + catalog.uri() + "', "
                + Endpoints.fileProperties(objectStore.uri()).entrySet().stream()
                        .map(property -> "'" + property.getKey() + "' = '" + property.getValue() + "'")
                        .collect(Collectors.joining(", "));
    }

    private static List<Snapshot> snapshots(Service catalog, String table) {
        try (RESTCatalog opened = new RESTCatalog()) {
            // Metadata come with the answer: no file is looked at.
            opened.initialize(
                    "lake",
                    Map.of(
                            CatalogProperties.URI,
                            catalog.uri().toString(),
                            CatalogProperties.FILE_IO_IMPL,
                            InMemoryFileIO.class.getName()));
            List<Snapshot> snapshots = new ArrayList<>();
            opened.loadTable(TableIdentifier.of("db", table)).snapshots().forEach(snapshots::add);
            return snapshots;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
