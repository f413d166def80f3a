package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.apache.flink.util.UserCodeClassLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A subtask of a compaction job as Flink sees it. */
@SuppressWarnings({"NullAway.Init", "try"})
class CompactionReaderTest {

    private static final Path METRICS = Path.of("..", "docs", "metrics.md");

    @TempDir
    Path localDisk;

    private final RecordedMetrics metrics = new RecordedMetrics();
    private final Reports reports = new Reports();
    private RecordTtlTable table;

    @BeforeEach
    void create() throws Exception {
        table = RecordTtlTable.uncompacted(localDisk.resolve("sink"));
    }

    @AfterEach
    void drop() throws Exception {
        table.close();
    }

    @Test
    void looksAtTheTableAgainWhenTheIntervalHasPassed() throws Exception {
        try (SourceReader<CompactionReport, NoSplit> reader = start(Duration.ofMillis(1))) {
            assertThat(reader.pollNext(reports)).isEqualTo(InputStatus.NOTHING_AVAILABLE);

            reader.isAvailable().get(1, TimeUnit.MINUTES);

            table.upsert(1, null, "a");
            table.checkpoint();
            table.delete(1);
            table.checkpoint();
            assertThat(reader.pollNext(reports)).isEqualTo(InputStatus.MORE_AVAILABLE);
            assertThat(reports).extracting(CompactionReport::mergedFiles).containsExactly(1);
        }
    }

    @Test
    void looksAtTheTableNoEarlierUnlessAMergeEnds() throws Exception {
        try (SourceReader<CompactionReport, NoSplit> reader = start(Duration.ofDays(1))) {
            assertThat(reader.pollNext(reports)).isEqualTo(InputStatus.NOTHING_AVAILABLE);
            CompletableFuture<Void> next = reader.isAvailable();
            assertThat(next).isNotDone();

            for (int id = 0; id < 4; id++) {
                table.upsert(1, null, "value " + id);
                table.upsert(2 + id, null, "value " + id);
                table.checkpoint();
            }
            assertThat(next).as("the table's news").isNotDone();
            assertThat(reader.pollNext(reports)).isEqualTo(InputStatus.NOTHING_AVAILABLE);
            reader.isAvailable().get(1, TimeUnit.MINUTES);
            assertThat(reader.pollNext(reports)).isEqualTo(InputStatus.MORE_AVAILABLE);
            assertThat(reports).hasSize(1);
        }
    }

    @Test
    void theDocumentNamesJustTheMetricsOfAJob() throws Exception {
        try (SourceReader<CompactionReport, NoSplit> reader = start(Duration.ofDays(1))) {
            assertThat(reader.isAvailable()).isDone();
        }
        Set<String> registered = metrics.names().stream()
                .map(name -> name.replaceFirst("^firn\\.", ""))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(registered).isEqualTo(documented()).hasSizeGreaterThan(20);
    }

    /** Those of the sections that the paragraph on a compaction job refers to, without those that it excepts. */
    private static Set<String> documented() throws IOException {
        String document = Files.readString(METRICS);
        String paragraph = Arrays.stream(document.split("\n\n", -1))
                .filter(part -> part.startsWith("A [compaction job]"))
                .collect(Collectors.joining());
        Set<String> names = new TreeSet<>();
        for (String section : List.of("### Compactions", "### Key indexes", "## Of the committer")) {
            String rows = document.split("\n" + section + "\n", 2)[1].split("\n##", 2)[0];
            names.addAll(matches("(?m)^\\| `(\\w+)` \\|", rows));
        }
        for (String excepted : matches("`(\\w+)`", paragraph.split("all but", 2)[1])) {
            assertThat(names.remove(excepted)).as(excepted).isTrue();
        }
        return names;
    }

    private static List<String> matches(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private SourceReader<CompactionReport, NoSplit> start(Duration interval) {
        SinkConfig config = SinkConfig.defaults()
                .withIndexes(new SinkConfig.IndexConfig(
                        1 << 20, List.of(localDisk.resolve("job").toString())))
                .withCompaction(CompactionConfig.defaults().withThreads(1));
        SourceReader<CompactionReport, NoSplit> reader = CompactionSource.of(table.catalog.loader())
                .config(config)
                .interval(interval)
                .continuous()
                .createReader(new Context(metrics));
        reader.start();
        return reader;
    }

    /** Of the only subtask. */
    private record Context(SourceReaderMetricGroup metricGroup) implements SourceReaderContext {

        @Override
        public Configuration getConfiguration() {
            return new Configuration();
        }

        @Override
        public String getLocalHostName() {
            return "localhost";
        }

        @Override
        public int getIndexOfSubtask() {
            return 0;
        }

        @Override
        public int currentParallelism() {
            return 1;
        }

        @Override
        public void sendSplitRequest() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void sendSourceEventToCoordinator(SourceEvent event) {
            throw new UnsupportedOperationException();
        }

        @Override
        public UserCodeClassLoader getUserCodeClassLoader() {
            throw new UnsupportedOperationException();
        }
    }

    @SuppressWarnings("serial")
    private static final class Reports extends ArrayList<CompactionReport> implements ReaderOutput<CompactionReport> {

        @Override
        public void collect(CompactionReport report) {
            add(report);
        }

        @Override
        public void collect(CompactionReport report, long timestamp) {
            add(report);
        }

        @Override
        public void emitWatermark(Watermark watermark) {}

        @Override
        public void markIdle() {}

        @Override
        public void markActive() {}

        @Override
        public SourceOutput<CompactionReport> createOutputForSplit(String split) {
            return this;
        }

        @Override
        public void releaseOutputForSplit(String split) {}
    }
}
