package dev.firn.sink;

import dev.firn.run.LevelCodecs;
import java.io.Serializable;
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
     * @param flushBytes a bucket's buffer of this size is flushed ahead of the barrier
     * @param treeBytes heap for the files and dead rows of one writer subtask's buckets; beyond it idle ones are put
     *     aside
     */
    public record WriteConfig(long bufferBytes, long flushBytes, LevelCodecs codecs, long treeBytes)
            implements Serializable {

        public WriteConfig {
            if (bufferBytes <= 0) {
                throw new IllegalArgumentException(
                        "The write buffer needs memory, but got " + bufferBytes + " bytes; give it at least a few MiB");
            }
            if (flushBytes <= 0) {
                throw new IllegalArgumentException("Every row would be a file with buffers that are flushed at "
                        + flushBytes + " bytes; let them grow to a MiB at least");
            }
            if (treeBytes <= 0) {
                throw new IllegalArgumentException("Buckets that rest would be put aside all the time within "
                        + treeBytes + " bytes for their trees; give them at least a few MiB");
            }
        }

        /** With 64 MiB for the trees. */
        public WriteConfig(long bufferBytes, long flushBytes, LevelCodecs codecs) {
            this(bufferBytes, flushBytes, codecs, 64 * MEBIBYTE);
        }
    }

    /**
     * Where key indexes are kept.
     *
     * @param filterBytes heap for the filters of one writer subtask
     * @param directories the first one that can be written is used; empty for Flink's own temporary directories
     * @param quotaBytes local files of one writer subtask, beyond which compactions are made smaller or put off
     * @param threads indexes of one writer subtask that are loaded at a time, when its buckets are
     */
    public record IndexConfig(long filterBytes, List<String> directories, long quotaBytes, int threads)
            implements Serializable {

        /** As many as keep two cores busy while half of them wait for an object store. */
        public static final int DEFAULT_THREADS = 4;

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
            if (threads <= 0) {
                throw new IllegalArgumentException("No key index is ever loaded by " + threads
                        + " threads; give 'sink.index-threads' 1 at least, or leave it out");
            }
        }

        /** Without a quota. */
        public IndexConfig(long filterBytes, List<String> directories) {
            this(filterBytes, directories, Long.MAX_VALUE, DEFAULT_THREADS);
        }

        public IndexConfig withQuotaBytes(long changed) {
            return new IndexConfig(filterBytes, directories, changed, threads);
        }

        public IndexConfig withThreads(int changed) {
            return new IndexConfig(filterBytes, directories, quotaBytes, changed);
        }
    }

    /**
     * How checkpoints become snapshots, and for how long they stay.
     *
     * @param acceptOlderState whether a restore may go on from a checkpoint behind the table's newest commit
     */
    public record CommitConfig(boolean acceptOlderState, HousekeepingConfig housekeeping) implements Serializable {}

    /** 64 MiB of rows, flushed by 32 MiB, 64 MiB of trees and 32 MiB of filters for each subtask. */
    public static SinkConfig defaults() {
        return new SinkConfig(
                new WriteConfig(64 * MEBIBYTE, 32 * MEBIBYTE, LevelCodecs.NOT_CHOSEN),
                new IndexConfig(32 * MEBIBYTE, List.of()),
                CompactionConfig.defaults(),
                BackPressureConfig.defaults(),
                new CommitConfig(false, HousekeepingConfig.defaults()));
    }

    public SinkConfig withWriteBufferBytes(long bytes) {
        return withWrite(new WriteConfig(bytes, write.flushBytes(), write.codecs(), write.treeBytes()));
    }

    /** @param bytes beyond the write buffer for no flush before that is full */
    public SinkConfig withFlushBytes(long bytes) {
        return withWrite(new WriteConfig(write.bufferBytes(), bytes, write.codecs(), write.treeBytes()));
    }

    public SinkConfig withCodecs(LevelCodecs codecs) {
        return withWrite(new WriteConfig(write.bufferBytes(), write.flushBytes(), codecs, write.treeBytes()));
    }

    public SinkConfig withTreeBytes(long bytes) {
        return withWrite(new WriteConfig(write.bufferBytes(), write.flushBytes(), write.codecs(), bytes));
    }

    private SinkConfig withWrite(WriteConfig changed) {
        return new SinkConfig(changed, indexes, compaction, backPressure, commits);
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
