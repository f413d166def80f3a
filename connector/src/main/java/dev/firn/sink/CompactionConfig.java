package dev.firn.sink;

import dev.firn.compaction.CompactionOptions;
import java.io.Serializable;

/**
 * How a sink compacts.
 *
 * @param threads merges of one writer subtask at a time, each on a thread; 0 for no compaction by this sink
 * @param bytesPerSecond the most that one writer subtask's merges read and write
 */
public record CompactionConfig(int threads, long bytesPerSecond, CompactionOptions options) implements Serializable {

    public CompactionConfig {
        if (threads < 0) {
            throw new IllegalArgumentException(
                    "Compaction with " + threads + " threads is none; give it 1, or 0 to turn it off");
        }
        if (bytesPerSecond <= 0) {
            throw new IllegalArgumentException("Compaction at " + bytesPerSecond
                    + " bytes a second never ends; give it a few MiB, or leave the limit out");
        }
    }

    /** One thread without a limit. */
    public static CompactionConfig defaults() {
        return new CompactionConfig(1, Long.MAX_VALUE, CompactionOptions.defaults());
    }

    public CompactionConfig withThreads(int changed) {
        return new CompactionConfig(changed, bytesPerSecond, options);
    }

    public CompactionConfig withBytesPerSecond(long changed) {
        return new CompactionConfig(threads, changed, options);
    }

    public CompactionConfig withOptions(CompactionOptions changed) {
        return new CompactionConfig(threads, bytesPerSecond, changed);
    }
}
