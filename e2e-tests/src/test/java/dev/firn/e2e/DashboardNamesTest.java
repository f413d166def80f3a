package dev.firn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard asks Prometheus for names that Flink gives to the metrics of jobs. */
@Timeout(120)
final class DashboardNamesTest {

    private static final Path DASHBOARD = Path.of("..", "docs", "grafana-dashboard.json");

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster();

    @TempDir
    private Path disk;

    @Test
    void everyNameInTheDashboardIsOneOfARunningSinkOrFeed() throws Exception {
        try (Warehouse warehouse = Warehouse.Kind.HADOOP.create(disk)) {
            CLUSTER.run(new FirnJob(warehouse, new Changelog(9, 200, 50), disk).changesPerCheckpoint(100));
            CLUSTER.run(new FeedJob(warehouse, new Told(), disk).untilLatest());
        }
        Set<String> asked = Pattern.compile("flink_\\w+")
                .matcher(Files.readString(DASHBOARD))
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toSet());

        assertThat(asked).hasSizeGreaterThan(40);
        assertThat(ScopeReporter.names()).containsAll(asked);
        assertThat(ScopeReporter.subtasks("flushedRows")).contains("0", "1");
        assertThat(ScopeReporter.subtasks("snapshotLagMillis"))
                .as("the committer that gets no checkpoints would seem to be late")
                .containsExactly("0");
        try (Stream<Path> directories = Files.walk(disk.resolve("local"))) {
            assertThat(directories.map(path -> path.getFileName().toString()))
                    .contains("writer-0", "writer-1", "committer-0")
                    .noneMatch(name -> name.contains("~"));
        }
    }
}
