package dev.firn.sink;

import dev.firn.compaction.CompactionOptions;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * How a sink compacts.
 *
 * @param threads merges of one writer subtask at a time, each on a thread; 0 for no compaction by this sink
 * @param bytesPerSecond the most that one writer subtask's merges read and write
 * @param ttl null if rows live for ever
 */
public record CompactionConfig(
        int threads,
        long bytesPerSecond,
        CompactionOptions options,
        @Nullable RecordTtl ttl) implements Serializable {

    public CompactionConfig {
        if (threads < 0) {
            throw new IllegalArgumentException(
                    "Compaction with " + threads + " threads is none; give it 1, or 0 to turn it off");
        }
        if (threads == 0 && ttl != null) {
            throw new IllegalArgumentException("Rows would outlive their time to live of " + ttl.timeToLive()
                    + ", because this sink does not compact, and expired rows go when files are compacted. Give"
                    + " 'compaction.threads' 1 or more, or leave out 'record.ttl' and 'record.ttl-column' and give them to"
                    + " the job that compacts the table");
        }
        if (bytesPerSecond <= 0) {
            throw new IllegalArgumentException("Compaction at " + bytesPerSecond
                    + " bytes a second never ends; give it a few MiB, or leave the limit out");
        }
    }

    /** One thread without a limit, and rows that live for ever. */
    public static CompactionConfig defaults() {
        return new CompactionConfig(1, Long.MAX_VALUE, CompactionOptions.defaults(), null);
    }

    public CompactionConfig withThreads(int changed) {
        return new CompactionConfig(changed, bytesPerSecond, options, ttl);
    }

    public CompactionConfig withBytesPerSecond(long changed) {
        return new CompactionConfig(threads, changed, options, ttl);
    }

    public CompactionConfig withOptions(CompactionOptions changed) {
        return new CompactionConfig(threads, bytesPerSecond, changed, ttl);
    }

    /** @param changed null if rows live for ever */
    public CompactionConfig withTtl(@Nullable RecordTtl changed) {
        return new CompactionConfig(threads, bytesPerSecond, options, changed);
    }
}
