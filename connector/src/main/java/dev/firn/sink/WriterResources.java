package dev.firn.sink;

import dev.firn.compaction.CompactionOptions;
import dev.firn.compaction.CompactionThreads;
import dev.firn.compaction.RateLimiter;
import dev.firn.iceberg.FirnTable;
import dev.firn.index.KeyIndexes;
import dev.firn.lsm.BucketCounters;
import dev.firn.run.LevelProfiles;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What one writer works with; closed with it.
 *
 * @param profiles how files are written at each level
 * @param compaction null if the writer does not compact
 * @param counters of all its buckets
 */
record WriterResources(
        KeyIndexes indexes,
        long writeBufferBytes,
        LevelProfiles profiles,
        @Nullable Compaction compaction,
        BucketCounters counters)
        implements Closeable {

    /** What the merges of one writer share. */
    record Compaction(
            CompactionOptions options,
            CompactionThreads threads,
            RateLimiter limiter,
            BackPressureConfig backPressure) {}

    /** @param owner of the local directory */
    static WriterResources open(FirnTable table, SinkConfig config, String owner) throws IOException {
        CompactionConfig wanted = config.compaction();
        Compaction compaction = wanted.threads() == 0
                ? null
                : new Compaction(
                        wanted.options(),
                        CompactionThreads.start("firn-compaction-" + owner, wanted.threads()),
                        RateLimiter.ofBytesPerSecond(wanted.bytesPerSecond()),
                        config.backPressure());
        return new WriterResources(
                LocalIndexes.open(table, config.indexes(), owner),
                config.write().bufferBytes(),
                LevelProfiles.defaults().choosing(config.write().codecs()),
                compaction,
                new BucketCounters());
    }

    @Override
    public void close() {
        try (indexes) {
            if (compaction != null) {
                compaction.threads().close();
            }
        }
    }
}
