package dev.firn.sink;

import java.io.Serializable;
import java.util.List;

/**
 * What a sink may use, and how it restores.
 *
 * @param writeBufferBytes heap for buffered rows of one writer subtask, shared by its buckets
 * @param acceptOlderState whether a restore may go on from a checkpoint behind the table's newest commit
 */
public record SinkConfig(
        long writeBufferBytes,
        IndexConfig indexes,
        CompactionConfig compaction,
        BackPressureConfig backPressure,
        boolean acceptOlderState)
        implements Serializable {

    private static final long MEBIBYTE = 1 << 20;

    /**
     * Where key indexes are kept.
     *
     * @param filterBytes heap for the filters of one writer subtask
     * @param directories the first one that can be written is used; empty for Flink's own temporary directories
     */
    public record IndexConfig(long filterBytes, List<String> directories) implements Serializable {

        public IndexConfig {
            directories = List.copyOf(directories);
            if (filterBytes <= 0) {
                throw new IllegalArgumentException("The index filters need memory, but got " + filterBytes
                        + " bytes; give them at least a few MiB");
            }
        }
    }

    public SinkConfig {
        if (writeBufferBytes <= 0) {
            throw new IllegalArgumentException("The write buffer needs memory, but got " + writeBufferBytes
                    + " bytes; give it at least a few MiB");
        }
    }

    /** 64 MiB of rows and 32 MiB of filters for each subtask. */
    public static SinkConfig defaults() {
        return new SinkConfig(
                64 * MEBIBYTE,
                new IndexConfig(32 * MEBIBYTE, List.of()),
                CompactionConfig.defaults(),
                BackPressureConfig.defaults(),
                false);
    }

    public SinkConfig withWriteBufferBytes(long bytes) {
        return new SinkConfig(bytes, indexes, compaction, backPressure, acceptOlderState);
    }

    public SinkConfig withIndexes(IndexConfig changed) {
        return new SinkConfig(writeBufferBytes, changed, compaction, backPressure, acceptOlderState);
    }

    public SinkConfig withCompaction(CompactionConfig changed) {
        return new SinkConfig(writeBufferBytes, indexes, changed, backPressure, acceptOlderState);
    }

    public SinkConfig withBackPressure(BackPressureConfig changed) {
        return new SinkConfig(writeBufferBytes, indexes, compaction, changed, acceptOlderState);
    }

    public SinkConfig acceptingOlderState() {
        return new SinkConfig(writeBufferBytes, indexes, compaction, backPressure, true);
    }
}
