package dev.firn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.e2e.ChangelogSource.Range;
import dev.firn.e2e.ChangelogSource.Then;
import dev.firn.e2e.Cluster.RunningJob;
import dev.firn.iceberg.PortableTable;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.util.SnapshotUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Jobs go on from the savepoints that earlier versions took. A savepoint is kept with its table as it was then, and
 * with one committable that is not in the table yet: never change one, add another.
 */
@Timeout(120)
final class UpgradeTest {

    private static final Path SAVEPOINTS = Path.of("src/test/resources/savepoints");
    private static final int COMMITTED = UpgradeJob.CHANGES_PER_CHECKPOINT;
    private static final int SAVED = 2 * UpgradeJob.CHANGES_PER_CHECKPOINT;
    private static final int ALL = UpgradeJob.CHANGELOG.length();

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster();

    @TempDir
    private Path disk;

    static List<String> savepoints() throws IOException {
        try (Stream<Path> files = Files.list(SAVEPOINTS)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("savepoints")
    void jobGoesOnFromTheSavepointOfAnEarlierVersion(String name) throws Exception {
        unzip(SAVEPOINTS.resolve(name), disk);
        PortableTable table = PortableTable.in(disk.resolve("table"));
        SnapshotOracle oracle = new SnapshotOracle(UpgradeJob.CHANGELOG.changes());
        var before = table.loadTable().currentSnapshot();
        assertThat(SnapshotOracle.rows(table.loadTable(), before)).isEqualTo(oracle.rowsAfter(COMMITTED));

        CLUSTER.run(new UpgradeJob(
                        table,
                        disk,
                        new Range(ALL, UpgradeJob.CHANGES_PER_CHECKPOINT, Then.FINISH),
                        Duration.ofMillis(100))
                .from(disk.resolve("savepoint").toUri().toString()));

        assertThat(oracle.check(table.loadTable()))
                .as("what was committed, what the savepoint held, and the rest")
                .startsWith(oracle.settled(COMMITTED), oracle.settled(SAVED))
                .endsWith(oracle.settled(ALL));
        assertThat(SnapshotUtil.currentAncestors(table.loadTable()))
                .extracting(snapshot -> snapshot.summary().get("firn.sink-id"))
                .as("one sink all the time")
                .containsOnly(before.summary().get("firn.sink-id"));
    }

    /** Leaves a savepoint of this version under the name in the property. */
    @Test
    @EnabledIfSystemProperty(named = "firn.savepoint.write", matches = "[\\w-]+")
    void savepointIsWrittenForLaterVersions() throws Exception {
        PortableTable table = PortableTable.create(
                Files.createDirectories(disk.resolve("table")), Change.ROW_TYPE, List.of("region", "id"));
        UpgradeJob job = new UpgradeJob(
                table, disk, new Range(SAVED, UpgradeJob.CHANGES_PER_CHECKPOINT, Then.WAIT), Duration.ofDays(1));
        RunningJob run = CLUSTER.start(job);
        job.trouble().awaitRows(COMMITTED);
        run.awaitRunning();
        run.checkpoint();
        job.trouble().awaitCommit(() -> table.loadTable().currentSnapshot() != null);
        job.trouble().awaitRows(SAVED);
        Path savepoint = Path.of(java.net.URI.create(run.savepoint()));
        run.cancel();
        zip(
                SAVEPOINTS.resolve(System.getProperty("firn.savepoint.write") + ".zip"),
                Map.of("table", table.directory(), "savepoint", savepoint));
    }

    private static void unzip(Path zip, Path target) throws IOException {
        try (FileSystem files = FileSystems.newFileSystem(zip)) {
            copy(files.getPath("/"), target);
        }
    }

    private static void zip(Path zip, Map<String, Path> directories) throws IOException {
        Files.createDirectories(zip.getParent());
        try (FileSystem files = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            for (var directory : directories.entrySet()) {
                copy(directory.getValue(), Files.createDirectories(files.getPath("/" + directory.getKey())));
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copied = to.resolve(from.relativize(file).toString());
                Files.createDirectories(copied.getParent());
                Files.copy(file, copied);
            }
        }
    }
}
