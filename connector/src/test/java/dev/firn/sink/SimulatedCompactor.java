package dev.firn.sink;

import dev.firn.compaction.CompactionThreads;
import dev.firn.compaction.RateLimiter;
import dev.firn.compaction.RowFilter;
import dev.firn.iceberg.CommitOptions;
import dev.firn.iceberg.CompactionCommitter;
import dev.firn.iceberg.FirnTable;
import dev.firn.lsm.BucketCounters;
import dev.firn.lsm.FlushThread;
import dev.firn.run.LevelProfiles;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.apache.iceberg.flink.TableLoader;

/** What one subtask of a compaction job is made of, without a cluster. */
record SimulatedCompactor(TableLoader loader, SinkConfig config, Executor threads, LongSupplier epochMillis) {

    static final String JOB_ID = "upkeep";

    /** @param share whose subtask has a local directory of its own */
    CompactedBuckets open(CompactedBuckets.Share share) throws IOException {
        FirnTable table = FirnTable.open(loader);
        CompactionConfig compaction = config.compaction();
        RecordTtl ttl = compaction.ttl();
        WriterResources resources = new WriterResources(
                LocalIndexes.open(table, config.indexes(), "compactor-" + share.subtask()),
                new WriterResources.Buffers(1, 1, FlushThread.on(threads)),
                LevelProfiles.defaults(),
                new WriterResources.Compaction(
                        compaction.options(),
                        CompactionThreads.on(threads, compaction.threads()),
                        RateLimiter.ofBytesPerSecond(compaction.bytesPerSecond()),
                        RandomCompaction.NO_BACK_PRESSURE,
                        schema -> ttl == null ? RowFilter.KEEP_ALL : ttl.filter(schema, epochMillis)),
                new BucketCounters());
        CommitOptions options = CommitOptions.of(JOB_ID).waitingFirst(Duration.ofMillis(1));
        return new CompactedBuckets(
                table, resources, new CompactionCommitter(table, resources.indexes(), options), share);
    }
}
