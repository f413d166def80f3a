package dev.firn.benchmarks.workload;

import org.apache.flink.types.RowKind;

/**
 * What one change of a workload does.
 *
 * @param key number of the row, from 0 to the rows that are loaded
 * @param version of the row: the number of the change
 */
public record Change(RowKind kind, long key, long version) {}
