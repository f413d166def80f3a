package dev.firn.lsm;

import dev.firn.compaction.CompactionOptions;
import dev.firn.compaction.CompactionThreads;
import dev.firn.compaction.Compactor;

/**
 * How a bucket is compacted.
 *
 * @param compactor merges rows of all of the table's columns
 * @param threads shared by all buckets of a writer
 */
public record CompactionSetup(Compactor compactor, CompactionOptions options, CompactionThreads threads) {}
