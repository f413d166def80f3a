package dev.firn.sink;

import java.io.Serializable;
import java.util.List;

/**
 * What a sink may use, and how it restores.
 *
 * @param writeBufferBytes heap for buffered rows of one writer subtask, shared by its buckets
 * @param indexFilterBytes heap for the key indexes' filters of one writer subtask
 * @param localDirectories where key indexes are kept; the first one that can be written is used; empty for Flink's own
 *     temporary directories
 * @param acceptOlderState whether a restore may go on from a checkpoint behind the table's newest commit
 */
public record SinkConfig(
        long writeBufferBytes, long indexFilterBytes, List<String> localDirectories, boolean acceptOlderState)
        implements Serializable {

    private static final long MEBIBYTE = 1 << 20;

    public SinkConfig {
        localDirectories = List.copyOf(localDirectories);
        if (writeBufferBytes <= 0 || indexFilterBytes <= 0) {
            throw new IllegalArgumentException("The write buffer and the index filters need memory, but got "
                    + writeBufferBytes + " and " + indexFilterBytes + " bytes; give each at least a few MiB");
        }
    }

    /** 64 MiB of rows and 32 MiB of filters for each subtask. */
    public static SinkConfig defaults() {
        return new SinkConfig(64 * MEBIBYTE, 32 * MEBIBYTE, List.of(), false);
    }
}
