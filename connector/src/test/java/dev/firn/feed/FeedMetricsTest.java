package dev.firn.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.iceberg.SnapshotStamp;
import dev.firn.sink.RecordedMetrics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.metrics.Counter;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.Test;

class FeedMetricsTest {

    private static final SnapshotStamp FIRST = new SnapshotStamp(10, 1, 1_000);
    private static final SnapshotStamp SECOND = new SnapshotStamp(20, 2, 5_000);
    private static final SnapshotStamp THIRD = new SnapshotStamp(30, 3, 9_000);

    private final RecordedMetrics metrics = new RecordedMetrics();

    @Test
    void rowsAreCountedByKind() {
        RowCounters rows = RowCounters.on(metrics);
        rows.count(RowKind.INSERT);
        rows.count(RowKind.INSERT);
        rows.count(RowKind.INSERT);
        rows.count(RowKind.UPDATE_BEFORE);
        rows.count(RowKind.UPDATE_AFTER);
        rows.count(RowKind.UPDATE_AFTER);
        rows.count(RowKind.DELETE);

        assertThat(metrics.value("firn.inserts")).isEqualTo(3);
        assertThat(metrics.value("firn.updatesBefore")).isEqualTo(1);
        assertThat(metrics.value("firn.updatesAfter")).isEqualTo(2);
        assertThat(metrics.value("firn.deletes")).isEqualTo(1);
    }

    @Test
    void theLagIsTheTimeFromWhatIsReadToTheNewestCommit() {
        EnumeratorMetrics enumerator = EnumeratorMetrics.on(metrics);
        ConsumedSnapshots consumed = new ConsumedSnapshots(FIRST);
        consumed.planned(progress(SECOND, 5));
        consumed.read(OptionalLong.of(4));
        enumerator.update(new FeedPlan.Outlook(1, THIRD, false), consumed);

        assertThat(metrics.value("firn.pendingSnapshots")).isEqualTo(2);
        assertThat(metrics.value("firn.lagMillis")).isEqualTo(8_000);

        consumed.planned(progress(THIRD, 6));
        consumed.read(OptionalLong.of(5));
        enumerator.update(new FeedPlan.Outlook(0, THIRD, false), consumed);
        assertThat(metrics.value("firn.pendingSnapshots")).isEqualTo(1);
        assertThat(metrics.value("firn.lagMillis")).isEqualTo(4_000);

        consumed.read(OptionalLong.empty());
        enumerator.update(new FeedPlan.Outlook(0, THIRD, false), consumed);
        assertThat(metrics.value("firn.pendingSnapshots")).isZero();
        assertThat(metrics.value("firn.lagMillis")).isZero();
    }

    @Test
    void theDocumentNamesJustTheFeedsMetrics() throws Exception {
        RowCounters.on(metrics);
        EnumeratorMetrics.on(metrics);
        String document =
                Files.readString(Path.of("..", "docs", "metrics.md")).split("\n## Of the change feed\n", 2)[1];
        Set<String> documented = Pattern.compile("^\\| `(\\w+)` \\| (counter|gauge) \\|", Pattern.MULTILINE)
                .matcher(document)
                .results()
                .map((MatchResult row) -> "firn." + row.group(1) + " " + row.group(2))
                .collect(Collectors.toSet());

        assertThat(documented)
                .isEqualTo(metrics.names().stream()
                        .map(name -> name + (metrics.metric(name) instanceof Counter ? " counter" : " gauge"))
                        .collect(Collectors.toSet()));
    }

    private static FeedState.Progress progress(SnapshotStamp planned, long nextOrdinal) {
        return new FeedState.Progress(planned, SnapshotStamp.EMPTY_TABLE, nextOrdinal);
    }
}
