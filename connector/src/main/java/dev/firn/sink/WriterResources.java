package dev.firn.sink;

import dev.firn.compaction.CompactionOptions;
import dev.firn.compaction.CompactionThreads;
import dev.firn.compaction.RateLimiter;
import dev.firn.compaction.RowFilter;
import dev.firn.iceberg.FirnTable;
import dev.firn.index.IndexThreads;
import dev.firn.index.KeyIndexes;
import dev.firn.lsm.BucketCounters;
import dev.firn.lsm.FlushThread;
import dev.firn.run.LevelProfiles;
import java.io.Closeable;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Function;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
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
        Buffers buffers,
        LevelProfiles profiles,
        @Nullable Compaction compaction,
        BucketCounters counters)
        implements Closeable {

    /**
     * What the buckets' buffers share.
     *
     * @param bytes of all of them, those included that are being flushed
     * @param flushBytes from so many on a bucket's buffer is flushed ahead of the barrier
     */
    record Buffers(long bytes, long flushBytes, FlushThread thread) {}

    /**
     * What the merges of one writer share.
     *
     * @param filters gives the filter of rows with all columns of a schema of the table
     */
    record Compaction(
            CompactionOptions options,
            CompactionThreads threads,
            RateLimiter limiter,
            BackPressureConfig backPressure,
            Function<Schema, RowFilter> filters) {

        /** Whether so much of a file is foreseen to be dropped that it has to be compacted for that alone. */
        boolean isDue(DataFile file, RowFilter now) {
            long drops = now.foreseenDrops(file);
            return now.isOverdue(file) || (drops > 0 && drops >= options.deadRowsRatio() * file.recordCount());
        }
    }

    /** @param owner of the local directory */
    static WriterResources open(FirnTable table, SinkConfig config, String owner) throws IOException {
        CompactionConfig wanted = config.compaction();
        Compaction compaction = wanted.threads() == 0
                ? null
                : new Compaction(
                        wanted.options(),
                        CompactionThreads.start("firn-compaction-" + owner, wanted.threads()),
                        RateLimiter.ofBytesPerSecond(wanted.bytesPerSecond()),
                        config.backPressure(),
                        filters(wanted.ttl()));
        return new WriterResources(
                LocalIndexes.open(table, config.indexes(), owner)
                        .loadingOn(IndexThreads.start(
                                "firn-index-" + owner, config.indexes().threads())),
                new Buffers(
                        config.write().bufferBytes(),
                        config.write().flushBytes(),
                        FlushThread.start("firn-flush-" + owner)),
                LevelProfiles.defaults().choosing(config.write().codecs()),
                compaction,
                new BucketCounters());
    }

    /** Those of somebody who does nothing else. */
    Compaction requireCompaction() {
        return Objects.requireNonNull(compaction, "no threads to compact with");
    }

    private static Function<Schema, RowFilter> filters(@Nullable RecordTtl ttl) {
        return ttl == null ? schema -> RowFilter.KEEP_ALL : schema -> ttl.filter(schema, System::currentTimeMillis);
    }

    @Override
    public void close() {
        try (indexes) {
            buffers.thread().close();
            if (compaction != null) {
                compaction.threads().close();
            }
        }
    }
}
