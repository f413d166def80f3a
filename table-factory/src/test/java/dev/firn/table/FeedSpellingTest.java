package dev.firn.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.feed.ChangelogKind;
import dev.firn.feed.Consumer;
import dev.firn.feed.EndPoint;
import dev.firn.feed.FeedConfig;
import dev.firn.feed.Handover;
import dev.firn.feed.StartPoint;
import dev.firn.iceberg.TimeTravel;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeedSpellingTest {

    @Test
    void withoutOptionsTheNewestSnapshotIsReadAndThenAllChanges() {
        assertThat(feed(Map.of())).isEqualTo(FeedConfig.defaults());
    }

    @Test
    void theStartupModeTellsTheStart() {
        assertThat(start(Map.of("scan.startup.mode", "full"))).isEqualTo(new StartPoint.Full());
        assertThat(start(Map.of("scan.startup.mode", "earliest"))).isEqualTo(new StartPoint.Earliest());
        assertThat(start(Map.of("scan.startup.mode", "latest"))).isEqualTo(new StartPoint.Latest());
        assertThat(start(Map.of("scan.startup.mode", "snapshot", "scan.startup.snapshot-id", "7")))
                .isEqualTo(new StartPoint.AfterSnapshot(7));
        assertThat(start(Map.of("scan.startup.mode", "timestamp", "scan.startup.timestamp-millis", "8")))
                .isEqualTo(new StartPoint.AfterTime(8));
    }

    @Test
    void theBoundedModeTellsTheEnd() {
        assertThat(end(Map.of("scan.bounded.mode", "unbounded"))).isEqualTo(new EndPoint.Unbounded());
        assertThat(end(Map.of("scan.bounded.mode", "latest"))).isEqualTo(new EndPoint.Latest());
        assertThat(end(Map.of("scan.bounded.mode", "snapshot", "scan.bounded.snapshot-id", "7")))
                .isEqualTo(new EndPoint.AtSnapshot(7));
        assertThat(end(Map.of("scan.bounded.mode", "timestamp", "scan.bounded.timestamp-millis", "8")))
                .isEqualTo(new EndPoint.AtTime(8));
    }

    @Test
    void theChangelogTellsWhichChanges() {
        assertThat(feed(Map.of("scan.changelog", "upsert")).changelog()).isEqualTo(ChangelogKind.UPSERT);
        assertThat(feed(Map.of("scan.changelog", "net", "scan.bounded.mode", "latest"))
                        .changelog())
                .isEqualTo(ChangelogKind.NET);
    }

    @Test
    void theMonitorIntervalIsPassedOn() {
        assertThat(feed(Map.of("scan.monitor-interval", "30 s")).monitorInterval())
                .isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aConsumerHasAnIdAndAnAge() {
        assertThat(feed(Map.of("consumer-id", "me")).consumer()).isEqualTo(new Consumer("me", Duration.ofDays(7)));
        assertThat(feed(Map.of("consumer-id", "me", "consumer.max-age", "2 h")).consumer())
                .isEqualTo(new Consumer("me", Duration.ofHours(2)));
    }

    @Test
    void keysAreHandedOverAtCheckpointsIfThereAreAny() {
        assertThat(FeedSpelling.feed(
                                new Configuration(),
                                Configuration.fromMap(Map.of("execution.checkpointing.interval", "10 s")))
                        .handover())
                .isEqualTo(Handover.AT_CHECKPOINT);
        assertThat(feed(Map.of()).handover()).isEqualTo(Handover.WHEN_READ);
    }

    @Test
    void aModeThatNeedsAnIdOrATimeSaysSo() {
        refused(Map.of("scan.startup.mode", "snapshot"), "needs 'scan.startup.snapshot-id'");
        refused(Map.of("scan.startup.mode", "timestamp"), "needs 'scan.startup.timestamp-millis'");
        refused(Map.of("scan.bounded.mode", "snapshot"), "needs 'scan.bounded.snapshot-id'");
        refused(Map.of("scan.bounded.mode", "timestamp"), "needs 'scan.bounded.timestamp-millis'");
    }

    @Test
    void anIdOrATimeThatTheModeIgnoresIsRefused() {
        refused(Map.of("scan.startup.snapshot-id", "7"), "Set 'scan.startup.mode' to 'snapshot'");
        refused(Map.of("scan.startup.timestamp-millis", "7"), "Set 'scan.startup.mode' to 'timestamp'");
        refused(
                Map.of(
                        "scan.startup.mode", "timestamp",
                        "scan.startup.timestamp-millis", "8",
                        "scan.startup.snapshot-id", "7"),
                "leave 'scan.startup.snapshot-id' out");
        refused(Map.of("scan.bounded.snapshot-id", "7"), "Set 'scan.bounded.mode' to 'snapshot'");
        refused(
                Map.of("scan.bounded.mode", "latest", "scan.bounded.timestamp-millis", "7"),
                "Set 'scan.bounded.mode' to 'timestamp'");
    }

    @Test
    void whatContradictsItselfIsRefused() {
        refused(Map.of("scan.changelog", "net"), "Set 'scan.bounded.mode'");
        refused(Map.of("consumer.max-age", "1 d"), "Add 'consumer-id'");
        refused(Map.of("consumer-id", " "), "blank");
        refused(Map.of("consumer-id", "me", "consumer.max-age", "0 s"), "positive time");
        refused(Map.of("scan.monitor-interval", "0 s"), "monitor interval a positive one");
        refused(Map.of("scan.startup.mode", "oldest"), "scan.startup.mode");
        refused(Map.of("scan.startup.mode", "snapshot", "scan.startup.snapshot-id", "x"), "scan.startup.snapshot-id");
    }

    @ParameterizedTest
    @ValueSource(strings = {"scan.snapshot-id", "scan.tag", "scan.branch", "scan.as-of-timestamp-millis"})
    void aStreamingReadDoesNotTravelInTime(String option) {
        refused(Map.of(option, "7"), "'" + option + "' says which snapshot a batch read reads");
    }

    @Test
    void aBatchReadReadsTheNamedSnapshot() {
        assertThat(snapshot(Map.of())).isEqualTo(new TimeTravel.Current());
        assertThat(snapshot(Map.of("scan.snapshot-id", "7"))).isEqualTo(new TimeTravel.ToSnapshot(7));
        assertThat(snapshot(Map.of("scan.tag", "t"))).isEqualTo(new TimeTravel.ToTag("t"));
        assertThat(snapshot(Map.of("scan.branch", "b"))).isEqualTo(new TimeTravel.ToBranch("b"));
        assertThat(snapshot(Map.of("scan.as-of-timestamp-millis", "8"))).isEqualTo(new TimeTravel.ToTime(8));
    }

    @Test
    void aBatchReadReadsNoChanges() {
        assertThatThrownBy(() -> snapshot(Map.of("scan.startup.mode", "earliest")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SET 'execution.runtime-mode' = 'streaming'");
        assertThatThrownBy(() -> snapshot(Map.of("scan.bounded.mode", "snapshot", "scan.bounded.snapshot-id", "7")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'scan.snapshot-id'");
        assertThatThrownBy(() -> snapshot(Map.of("scan.tag", "a", "scan.branch", "b")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'scan.tag' and 'scan.branch' each name a snapshot");
    }

    @Test
    void aBatchReadTakesNoNoticeOfWhatAChangeFeedIsLike() {
        assertThat(snapshot(Map.of(
                        "scan.startup.mode", "full",
                        "scan.bounded.mode", "latest",
                        "scan.changelog", "upsert",
                        "scan.monitor-interval", "5 s",
                        "consumer-id", "me")))
                .isEqualTo(new TimeTravel.Current());
    }

    private static StartPoint start(Map<String, String> options) {
        return feed(options).range().start();
    }

    private static EndPoint end(Map<String, String> options) {
        return feed(options).range().end();
    }

    private static FeedConfig feed(Map<String, String> options) {
        return FeedSpelling.feed(Configuration.fromMap(options), new Configuration());
    }

    private static TimeTravel snapshot(Map<String, String> options) {
        return FeedSpelling.snapshot(Configuration.fromMap(options));
    }

    private static void refused(Map<String, String> options, String message) {
        assertThatThrownBy(() -> feed(options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
