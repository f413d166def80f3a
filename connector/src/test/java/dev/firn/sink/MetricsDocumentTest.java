package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.iceberg.CommitOptions;
import dev.firn.iceberg.FirnTable;
import dev.firn.iceberg.SnapshotCommitter;
import dev.firn.iceberg.TableFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.Metric;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/metrics.md is what users build their dashboards and alerts by. */
class MetricsDocumentTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "metrics.md");
    private static final Pattern ROW =
            Pattern.compile("^\\| `(?<name>[\\w.]+)` \\| (?<kind>counter|gauge|histogram) \\|", Pattern.MULTILINE);

    @TempDir
    Path localDisk;

    @Test
    void theDocumentNamesJustTheSinksMetrics() throws Exception {
        String ofTheSink = Files.readString(DOCUMENT).split("\n## Of the change feed\n", 2)[0];
        Set<String> documented = ROW.matcher(ofTheSink)
                .results()
                .map((MatchResult row) -> row.group(1) + " " + row.group(2))
                .collect(Collectors.toSet());

        assertThat(documented).isEqualTo(registered()).hasSizeGreaterThan(30);
    }

    @Test
    void theDocumentNamesTheFieldsOfEachLogLine() throws Exception {
        try (WatchedWriter writer = new WatchedWriter(localDisk, RandomCompaction.NO_BACK_PRESSURE)) {
            LogLines lines = LogLines.sinceNow();
            writer.write(1, 2, 3);
            writer.checkpoint();
            String flush = lines.only("Flushed ");
            assertThat(flush).contains(" rows=3 ", " superseded=0 ", " files=\"L0=1\" ", " dead-rows=0 of=3 ");
            assertThat(LogLines.fields(flush)).isEqualTo(documented("Flushed "));
            String commit = lines.only("Committed ");
            assertThat(commit).contains(" checkpoint=1 ", " files=1 ", " vectors=0 ", " sink=s ");
            assertThat(LogLines.fields(commit)).isEqualTo(documented("Committed "));
            writer.write(1, 4);
            writer.checkpoint();
            writer.checkpoint();
            writer.merge();
            writer.checkpoint();
            String merge = lines.only("Compacted ");
            assertThat(merge).contains(" reason=RUNS ", " level=1 ", " inputs=2 ", " outputs=1 ");
            assertThat(LogLines.fields(merge)).isEqualTo(documented("Compacted "));
        }
    }

    /** The fields of the document's line that begins so. */
    static Set<String> documented(String beginning) throws IOException {
        List<String> lines = Files.readAllLines(DOCUMENT).stream()
                .filter(line -> line.startsWith(beginning))
                .toList();
        assertThat(lines).hasSize(1);
        return LogLines.fields(lines.get(0));
    }

    private Set<String> registered() throws Exception {
        RecordedMetrics ofCommitter = new RecordedMetrics();
        try (WatchedWriter writer = new WatchedWriter(localDisk.resolve("writing"), RandomCompaction.NO_BACK_PRESSURE);
                TableFixture fixture = new TableFixture(localDisk.resolve("committing"))) {
            new FirnCommitter(
                            fixture.table,
                            fixture.indexes,
                            new SnapshotCommitter(fixture.table, fixture.indexes, CommitOptions.of("job")),
                            OptionalLong.empty())
                    .reportingTo(ofCommitter);
            new TableChores(
                            () -> FirnTable.open(fixture.catalog.loader()),
                            HousekeepingConfig.defaults(),
                            new QueuedExecutor(),
                            InstantSource.system())
                    .reportTo(ofCommitter);
            Set<String> all = kinds(writer.metrics);
            all.addAll(kinds(ofCommitter));
            return all;
        }
    }

    private static Set<String> kinds(RecordedMetrics metrics) {
        return metrics.names().stream()
                .map(name -> name.replaceFirst("^firn\\.", "").replaceFirst("level\\.\\d", "level.N") + " "
                        + kind(metrics.metric(name)))
                .collect(Collectors.toSet());
    }

    private static String kind(Metric metric) {
        if (metric instanceof Histogram) {
            return "histogram";
        }
        return metric instanceof Counter ? "counter" : "gauge";
    }
}
