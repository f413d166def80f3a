package dev.firn.feed;

import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a feed tells, and how it goes on.
 *
 * @param monitorInterval between two looks at the table
 * @param consumer null if only Flink's state keeps the progress
 */
public record FeedConfig(
        Range range,
        ChangelogKind changelog,
        Duration monitorInterval,
        Handover handover,
        @Nullable Consumer consumer) implements Serializable {

    /** From where to where. */
    public record Range(StartPoint start, EndPoint end) implements Serializable {

        public boolean isBounded() {
            return !(end instanceof EndPoint.Unbounded);
        }
    }

    public FeedConfig {
        if (changelog == ChangelogKind.NET && !range.isBounded()) {
            throw new IllegalArgumentException("A net changelog has one change per key from the start to the end, but"
                    + " this feed has no end. Bound it, or choose another changelog");
        }
        if (monitorInterval.isNegative() || monitorInterval.isZero()) {
            throw new IllegalArgumentException("The table is looked at every " + monitorInterval
                    + ", which is no time. Give the monitor interval a positive one, such as 1 s");
        }
    }

    /** The newest snapshot, then all changes, looking every second. */
    public static FeedConfig defaults() {
        return new FeedConfig(
                new Range(new StartPoint.Full(), new EndPoint.Unbounded()),
                ChangelogKind.ALL,
                Duration.ofSeconds(1),
                Handover.WHEN_READ,
                null);
    }

    public FeedConfig from(StartPoint start) {
        return new FeedConfig(new Range(start, range.end()), changelog, monitorInterval, handover, consumer);
    }

    public FeedConfig until(EndPoint end) {
        return new FeedConfig(new Range(range.start(), end), changelog, monitorInterval, handover, consumer);
    }

    public FeedConfig withRange(Range newRange) {
        return new FeedConfig(newRange, changelog, monitorInterval, handover, consumer);
    }

    public FeedConfig withChangelog(ChangelogKind kind) {
        return new FeedConfig(range, kind, monitorInterval, handover, consumer);
    }

    public FeedConfig withMonitorInterval(Duration interval) {
        return new FeedConfig(range, changelog, interval, handover, consumer);
    }

    public FeedConfig withHandover(Handover newHandover) {
        return new FeedConfig(range, changelog, monitorInterval, newHandover, consumer);
    }

    public FeedConfig withConsumer(Consumer newConsumer) {
        return new FeedConfig(range, changelog, monitorInterval, handover, newConsumer);
    }
}
