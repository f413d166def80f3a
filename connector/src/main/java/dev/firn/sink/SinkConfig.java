package dev.firn.sink;

import dev.firn.iceberg.Retention;
import dev.firn.run.LevelCodecs;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/** What a sink may use, and how it restores. */
public record SinkConfig(
        WriteConfig write,
        IndexConfig indexes,
        CompactionConfig compaction,
        BackPressureConfig backPressure,
        CommitConfig commits)
        implements Serializable {

    private static final long MEBIBYTE = 1 << 20;

    /**
     * How rows become run files.
     *
     * @param bufferBytes heap for buffered rows of one writer subtask, shared by its buckets
     */
    public record WriteConfig(long bufferBytes, LevelCodecs codecs) implements Serializable {

        public WriteConfig {
            if (bufferBytes <= 0) {
                throw new IllegalArgumentException(
                        "The write buffer needs memory, but got " + bufferBytes + " bytes; give it at least a few MiB");
            }
        }
    }

    /**
     * Where key indexes are kept.
     *
     * @param filterBytes heap for the filters of one writer subtask
     * @param directories the first one that can be written is used; empty for Flink's own temporary directories
     * @param quotaBytes local files of one writer subtask, beyond which compactions are made smaller or put off
     */
    public record IndexConfig(long filterBytes, List<String> directories, long quotaBytes) implements Serializable {

        public IndexConfig {
            directories = List.copyOf(directories);
            if (filterBytes <= 0) {
                throw new IllegalArgumentException("The index filters need memory, but got " + filterBytes
                        + " bytes; give them at least a few MiB");
            }
            if (quotaBytes <= 0) {
                throw new IllegalArgumentException("Nothing is ever compacted within a quota of " + quotaBytes
                        + " bytes of local disk; give it what the keys of the largest buckets take up twice, or leave it"
                        + " out");
            }
        }

        /** Without a quota. */
        public IndexConfig(long filterBytes, List<String> directories) {
            this(filterBytes, directories, Long.MAX_VALUE);
        }

        public IndexConfig withQuotaBytes(long changed) {
            return new IndexConfig(filterBytes, directories, changed);
        }
    }

    /**
     * How checkpoints become snapshots, and for how long they stay.
     *
     * @param acceptOlderState whether a restore may go on from a checkpoint behind the table's newest commit
     */
    public record CommitConfig(boolean acceptOlderState, HousekeepingConfig housekeeping) implements Serializable {}

    /**
     * What the sink does for the table beside its commits.
     *
     * @param expiryInterval between two looks for snapshots that are to go; zero if somebody else expires them
     * @param orphanInterval between two looks for files that are in no snapshot; zero if somebody else removes them
     * @param orphanMinAge younger files may belong to a checkpoint that is not committed yet
     */
    public record HousekeepingConfig(
            Duration expiryInterval, Retention retention, Duration orphanInterval, Duration orphanMinAge)
            implements Serializable {

        private static final Duration LEAST_AGE = Duration.ofHours(1);

        public HousekeepingConfig {
            if (expiryInterval.isNegative() || orphanInterval.isNegative()) {
                throw new IllegalArgumentException("The intervals of housekeeping cannot be negative: expiry each "
                        + expiryInterval + ", removal of orphans each " + orphanInterval
                        + ". Give them a time, or 0 s to turn them off");
            }
            if (orphanMinAge.compareTo(LEAST_AGE) < 0) {
                throw new IllegalArgumentException("Files of " + orphanMinAge
                        + " of age may belong to a checkpoint that is under way, and deleting them would lose rows. Give"
                        + " 'orphan-removal.min-age' an hour at least, and more than a checkpoint ever takes");
            }
        }

        /** Expiry every ten minutes; once a day orphans older than three days. */
        public static HousekeepingConfig defaults() {
            return new HousekeepingConfig(
                    Duration.ofMinutes(10), Retention.defaults(), Duration.ofDays(1), Duration.ofDays(3));
        }

        /** All of it is somebody else's. */
        public static HousekeepingConfig none() {
            HousekeepingConfig defaults = defaults();
            return new HousekeepingConfig(Duration.ZERO, defaults.retention(), Duration.ZERO, defaults.orphanMinAge());
        }
    }

    /** 64 MiB of rows and 32 MiB of filters for each subtask. */
    public static SinkConfig defaults() {
        return new SinkConfig(
                new WriteConfig(64 * MEBIBYTE, LevelCodecs.NOT_CHOSEN),
                new IndexConfig(32 * MEBIBYTE, List.of()),
                CompactionConfig.defaults(),
                BackPressureConfig.defaults(),
                new CommitConfig(false, HousekeepingConfig.defaults()));
    }

    public SinkConfig withWriteBufferBytes(long bytes) {
        return new SinkConfig(new WriteConfig(bytes, write.codecs()), indexes, compaction, backPressure, commits);
    }

    public SinkConfig withCodecs(LevelCodecs codecs) {
        return new SinkConfig(new WriteConfig(write.bufferBytes(), codecs), indexes, compaction, backPressure, commits);
    }

    public SinkConfig withIndexes(IndexConfig changed) {
        return new SinkConfig(write, changed, compaction, backPressure, commits);
    }

    public SinkConfig withCompaction(CompactionConfig changed) {
        return new SinkConfig(write, indexes, changed, backPressure, commits);
    }

    public SinkConfig withBackPressure(BackPressureConfig changed) {
        return new SinkConfig(write, indexes, compaction, changed, commits);
    }

    public SinkConfig acceptingOlderState() {
        return new SinkConfig(write, indexes, compaction, backPressure, new CommitConfig(true, commits.housekeeping()));
    }

    public SinkConfig withHousekeeping(HousekeepingConfig changed) {
        return new SinkConfig(
                write, indexes, compaction, backPressure, new CommitConfig(commits.acceptOlderState(), changed));
    }
}
