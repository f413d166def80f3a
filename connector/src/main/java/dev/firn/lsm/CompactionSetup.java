package dev.firn.lsm;

import dev.firn.compaction.CompactionOptions;
import dev.firn.compaction.CompactionThreads;
import dev.firn.compaction.Compactor;
import java.util.function.Supplier;

/**
 * How a bucket is compacted.
 *
 * @param compactors gives one that merges rows of all of the columns that the table has by now; called by the bucket's
 *     thread
 * @param threads shared by all buckets of a writer
 */
public record CompactionSetup(Supplier<Compactor> compactors, CompactionOptions options, CompactionThreads threads) {}
