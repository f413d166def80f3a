package dev.firn.table;

import dev.firn.compaction.CompactionOptions;
import dev.firn.compaction.JobLimits;
import dev.firn.compaction.LevelTargets;
import dev.firn.iceberg.Retention;
import dev.firn.run.LevelCodecs;
import dev.firn.run.ParquetCodec;
import dev.firn.sink.BackPressureConfig;
import dev.firn.sink.CompactionConfig;
import dev.firn.sink.HousekeepingConfig;
import dev.firn.sink.RecordTtl;
import dev.firn.sink.SinkConfig;
import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.ReadableConfig;
import org.jspecify.annotations.Nullable;

/** How the options of a table spell a sink's configuration. */
final class SinkSpelling {

    private SinkSpelling() {}

    /** @throws IllegalArgumentException naming what has a value that is none */
    static SinkConfig of(ReadableConfig options) {
        SinkConfig config = SinkConfig.defaults()
                .withWriteBufferBytes(options.get(FirnOptions.SINK_WRITE_BUFFER).getBytes())
                .withFlushBytes(options.get(FirnOptions.SINK_FLUSH_SIZE).getBytes())
                .withTreeBytes(options.get(FirnOptions.SINK_TREE_MEMORY).getBytes())
                .withCodecs(new LevelCodecs(
                        codec(options, FirnOptions.SINK_L0_COMPRESSION),
                        codec(options, FirnOptions.COMPACTION_COMPRESSION)))
                .withIndexes(indexes(options))
                .withCompaction(compaction(options))
                .withBackPressure(new BackPressureConfig(
                        options.get(FirnOptions.SINK_L0_SLOWDOWN),
                        options.get(FirnOptions.SINK_L0_STOP),
                        options.get(FirnOptions.SINK_PENDING_COMPACTION).getBytes()))
                .withHousekeeping(new HousekeepingConfig(
                        options.get(FirnOptions.SNAPSHOT_EXPIRY_INTERVAL),
                        new Retention(
                                options.get(FirnOptions.SNAPSHOT_EXPIRY_MAX_SNAPSHOTS),
                                options.get(FirnOptions.SNAPSHOT_EXPIRY_MIN_AGE)),
                        options.get(FirnOptions.ORPHAN_REMOVAL_INTERVAL),
                        options.get(FirnOptions.ORPHAN_REMOVAL_MIN_AGE)));
        return options.get(FirnOptions.SINK_ACCEPT_OLDER_STATE) ? config.acceptingOlderState() : config;
    }

    private static SinkConfig.IndexConfig indexes(ReadableConfig options) {
        SinkConfig.IndexConfig config = new SinkConfig.IndexConfig(
                        options.get(FirnOptions.SINK_INDEX_FILTER_MEMORY).getBytes(),
                        options.get(FirnOptions.SINK_LOCAL_DIRECTORIES))
                .withThreads(options.get(FirnOptions.SINK_INDEX_THREADS));
        return options.getOptional(FirnOptions.SINK_LOCAL_QUOTA)
                .map(MemorySize::getBytes)
                .map(config::withQuotaBytes)
                .orElse(config);
    }

    private static CompactionConfig compaction(ReadableConfig options) {
        CompactionConfig config = CompactionConfig.defaults()
                .withThreads(options.get(FirnOptions.COMPACTION_THREADS))
                .withOptions(compactionOptions(options))
                .withTtl(ttl(options));
        return options.getOptional(FirnOptions.COMPACTION_RATE_LIMIT)
                .map(MemorySize::getBytes)
                .map(config::withBytesPerSecond)
                .orElse(config);
    }

    private static @Nullable RecordTtl ttl(ReadableConfig options) {
        Duration timeToLive = options.getOptional(FirnOptions.RECORD_TTL).orElse(null);
        String column = options.getOptional(FirnOptions.RECORD_TTL_COLUMN).orElse(null);
        if (timeToLive == null && column == null) {
            return null;
        }
        if (timeToLive == null) {
            throw new IllegalArgumentException("'record.ttl-column' = '" + column
                    + "' says from when on rows live, but nothing says how long. Add 'record.ttl', such as '30 d', or"
                    + " leave out 'record.ttl-column'");
        }
        if (column == null) {
            throw new IllegalArgumentException(
                    "'record.ttl' says how long rows live, but nothing says from when on. Add"
                            + " 'record.ttl-column', the name of a column with each row's time, or leave out 'record.ttl'");
        }
        return new RecordTtl(timeToLive, column);
    }

    private static CompactionOptions compactionOptions(ReadableConfig options) {
        CompactionOptions defaults = CompactionOptions.of(options.get(FirnOptions.COMPACTION_STRATEGY));
        LevelTargets targets = defaults.targets()
                .withRuns(options.getOptional(FirnOptions.COMPACTION_RUNS)
                        .orElse(defaults.targets().runs()))
                .withBaseBytes(options.get(FirnOptions.COMPACTION_LEVEL_BASE).getBytes())
                .withMultiplier(options.get(FirnOptions.COMPACTION_LEVEL_MULTIPLIER))
                .withFileBytes(options.get(FirnOptions.COMPACTION_FILE_SIZE).getBytes());
        JobLimits limits = defaults.limits()
                .withBytes(options.get(FirnOptions.COMPACTION_MAX_SIZE).getBytes())
                .withRows(options.get(FirnOptions.COMPACTION_MAX_ROWS));
        return new CompactionOptions(
                defaults.strategy(),
                targets,
                options.getOptional(FirnOptions.COMPACTION_DEAD_ROWS_RATIO).orElse(defaults.deadRowsRatio()),
                limits);
    }

    private static @Nullable ParquetCodec codec(ReadableConfig options, ConfigOption<String> option) {
        return options.getOptional(option).map(ParquetCodec::parse).orElse(null);
    }
}
