package dev.firn.table;

import dev.firn.feed.ChangelogKind;
import dev.firn.feed.Consumer;
import dev.firn.feed.EndPoint;
import dev.firn.feed.FeedConfig;
import dev.firn.feed.Handover;
import dev.firn.feed.StartPoint;
import dev.firn.iceberg.TimeTravel;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongFunction;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;

/** How the options of a table spell what is read of it: a change feed in streaming mode, a snapshot in batch mode. */
final class FeedSpelling {

    private static final List<ConfigOption<?>> TIME_TRAVEL = List.of(
            FirnOptions.SCAN_SNAPSHOT_ID,
            FirnOptions.SCAN_TAG,
            FirnOptions.SCAN_BRANCH,
            FirnOptions.SCAN_AS_OF_TIMESTAMP_MILLIS);

    private static final String IN_A_HINT = ". For one query that is done by a hint: /*+ OPTIONS('";

    private FeedSpelling() {}

    /**
     * The change feed of a streaming read.
     *
     * @param job the job's configuration
     * @throws IllegalArgumentException naming options that contradict each other, or what has a value that is none
     */
    static FeedConfig feed(ReadableConfig options, ReadableConfig job) {
        for (ConfigOption<?> option : TIME_TRAVEL) {
            if (options.getOptional(option).isPresent()) {
                throw new IllegalArgumentException("'" + option.key()
                        + "' says which snapshot a batch read reads, but this is a streaming read, which tells"
                        + " changes. SET 'execution.runtime-mode' = 'batch' for this query, or leave the option out; a"
                        + " streaming read begins after a snapshot by 'scan.startup.mode' = 'snapshot'");
            }
        }
        FeedConfig.Range range = new FeedConfig.Range(start(options), end(options));
        ChangelogKind changelog = options.get(FirnOptions.SCAN_CHANGELOG);
        if (changelog == ChangelogKind.NET && !range.isBounded()) {
            throw new IllegalArgumentException("'scan.changelog' = 'net' tells one change per key from the start to the"
                    + " end, but this read has no end. Set 'scan.bounded.mode' to 'latest', 'snapshot' or 'timestamp',"
                    + " or choose another changelog");
        }
        FeedConfig config = FeedConfig.defaults()
                .withRange(range)
                .withChangelog(changelog)
                .withMonitorInterval(options.get(FirnOptions.SCAN_MONITOR_INTERVAL))
                .withHandover(handover(job));
        return consumer(options).map(config::withConsumer).orElse(config);
    }

    private static StartPoint start(ReadableConfig options) {
        StartupMode mode = options.get(FirnOptions.SCAN_STARTUP_MODE);
        Point point = new Point(
                options,
                mode,
                FirnOptions.SCAN_STARTUP_MODE,
                FirnOptions.SCAN_STARTUP_SNAPSHOT_ID,
                FirnOptions.SCAN_STARTUP_TIMESTAMP_MILLIS);
        StartPoint start = switch (mode) {
            case FULL -> new StartPoint.Full();
            case EARLIEST -> new StartPoint.Earliest();
            case LATEST -> new StartPoint.Latest();
            case SNAPSHOT -> point.atSnapshot(StartPoint.AfterSnapshot::new);
            case TIMESTAMP -> point.atTime(StartPoint.AfterTime::new);
        };
        point.checkNothingIsLeft();
        return start;
    }

    private static EndPoint end(ReadableConfig options) {
        BoundedMode mode = options.get(FirnOptions.SCAN_BOUNDED_MODE);
        Point point = new Point(
                options,
                mode,
                FirnOptions.SCAN_BOUNDED_MODE,
                FirnOptions.SCAN_BOUNDED_SNAPSHOT_ID,
                FirnOptions.SCAN_BOUNDED_TIMESTAMP_MILLIS);
        EndPoint end = switch (mode) {
            case UNBOUNDED -> new EndPoint.Unbounded();
            case LATEST -> new EndPoint.Latest();
            case SNAPSHOT -> point.atSnapshot(EndPoint.AtSnapshot::new);
            case TIMESTAMP -> point.atTime(EndPoint.AtTime::new);
        };
        point.checkNothingIsLeft();
        return end;
    }

    private static Handover handover(ReadableConfig job) {
        return job.getOptional(CheckpointingOptions.CHECKPOINTING_INTERVAL)
                .filter(interval -> interval.compareTo(Duration.ZERO) > 0)
                .map(interval -> Handover.AT_CHECKPOINT)
                .orElse(Handover.WHEN_READ);
    }

    private static Optional<Consumer> consumer(ReadableConfig options) {
        Optional<String> id = options.getOptional(FirnOptions.CONSUMER_ID);
        if (id.isEmpty() && options.getOptional(FirnOptions.CONSUMER_MAX_AGE).isPresent()) {
            throw new IllegalArgumentException("'consumer.max-age' says for how long the table keeps a consumer's"
                    + " progress, but there is no consumer. Add 'consumer-id', or leave 'consumer.max-age' out");
        }
        return id.map(name -> new Consumer(name, options.get(FirnOptions.CONSUMER_MAX_AGE)));
    }

    /**
     * The snapshot of a batch read.
     *
     * @throws IllegalArgumentException if more than one is named, or changes are asked for
     */
    static TimeTravel snapshot(ReadableConfig options) {
        checkNoStart(options);
        checkNoEnd(options);
        List<ConfigOption<?>> given = TIME_TRAVEL.stream()
                .filter(option -> options.getOptional(option).isPresent())
                .toList();
        if (given.size() > 1) {
            throw new IllegalArgumentException("'" + given.get(0).key() + "' and '"
                    + given.get(1).key() + "' each name a snapshot to read. Leave one of them out");
        }
        return options.getOptional(FirnOptions.SCAN_SNAPSHOT_ID)
                .<TimeTravel>map(TimeTravel.ToSnapshot::new)
                .or(() -> options.getOptional(FirnOptions.SCAN_TAG).map(TimeTravel.ToTag::new))
                .or(() -> options.getOptional(FirnOptions.SCAN_BRANCH).map(TimeTravel.ToBranch::new))
                .or(() -> options.getOptional(FirnOptions.SCAN_AS_OF_TIMESTAMP_MILLIS)
                        .map(TimeTravel.ToTime::new))
                .orElseGet(TimeTravel.Current::new);
    }

    private static void checkNoStart(ReadableConfig options) {
        StartupMode start = options.get(FirnOptions.SCAN_STARTUP_MODE);
        if (start != StartupMode.FULL) {
            throw new IllegalArgumentException("'scan.startup.mode' = '" + start
                    + "' asks for changes, but a batch read reads the rows of one snapshot. SET"
                    + " 'execution.runtime-mode' = 'streaming' for this query (with 'scan.bounded.mode' it ends, too),"
                    + " or set 'scan.startup.mode' to 'full'" + IN_A_HINT + "scan.startup.mode' = 'full') */");
        }
    }

    private static void checkNoEnd(ReadableConfig options) {
        BoundedMode end = options.get(FirnOptions.SCAN_BOUNDED_MODE);
        if (end == BoundedMode.SNAPSHOT || end == BoundedMode.TIMESTAMP) {
            throw new IllegalArgumentException("'scan.bounded.mode' = '" + end
                    + "' says where a streaming read ends, but this is a batch read. Name the snapshot to read by"
                    + " 'scan.snapshot-id' or 'scan.as-of-timestamp-millis', and set 'scan.bounded.mode' to"
                    + " 'unbounded'" + IN_A_HINT + "scan.bounded.mode' = 'unbounded') */");
        }
    }

    /** One end of a feed, which may need a snapshot id or a time, and only one that is needed may be given. */
    private static final class Point {

        private final ReadableConfig options;
        private final String setting;
        private final ConfigOption<Long> snapshot;
        private final ConfigOption<Long> time;
        private final String modeKey;
        private final Enum<?> mode;

        Point(
                ReadableConfig options,
                Enum<?> mode,
                ConfigOption<?> modeOption,
                ConfigOption<Long> snapshot,
                ConfigOption<Long> time) {
            this.options = options;
            this.modeKey = modeOption.key();
            this.mode = mode;
            this.setting = "'" + modeKey + "' = '" + spelled(mode.name()) + "'";
            this.snapshot = snapshot;
            this.time = time;
        }

        <T> T atSnapshot(LongFunction<T> point) {
            return point.apply(options.getOptional(snapshot)
                    .orElseThrow(() -> missing(snapshot, "a snapshot; its ids are in the table's metadata")));
        }

        <T> T atTime(LongFunction<T> point) {
            return point.apply(
                    options.getOptional(time).orElseThrow(() -> missing(time, "milliseconds since 1970-01-01 UTC")));
        }

        private IllegalArgumentException missing(ConfigOption<Long> option, String value) {
            return new IllegalArgumentException(
                    setting + " needs '" + option.key() + "', which is missing. Set it to " + value);
        }

        /** @throws IllegalArgumentException if an id or a time is given that the mode would ignore */
        void checkNothingIsLeft() {
            check(snapshot, "SNAPSHOT");
            check(time, "TIMESTAMP");
        }

        private void check(ConfigOption<Long> option, String itsMode) {
            if (options.getOptional(option).isPresent() && !mode.name().equals(itsMode)) {
                throw new IllegalArgumentException("'" + option.key() + "' is set, but " + setting
                        + " does not look at it. Set '" + modeKey + "' to '" + spelled(itsMode) + "', or leave '"
                        + option.key() + "' out");
            }
        }

        private static String spelled(String mode) {
            return mode.toLowerCase(Locale.ROOT);
        }
    }
}
