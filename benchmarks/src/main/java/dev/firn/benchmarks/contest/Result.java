package dev.firn.benchmarks.contest;

import dev.firn.benchmarks.workload.Workload;
import org.jspecify.annotations.Nullable;

/**
 * What a contestant's turn came to.
 *
 * @param scan by Flink, right after the ingestion; null if there is no table
 * @param extras what was asked for beside
 */
record Result(
        String contestant,
        Workload workload,
        Run ingest,
        @Nullable Run scan,
        Written written,
        Footprint footprint,
        Extras extras) {

    /**
     * Bytes that were written, whatever became of them.
     *
     * @param dataBytes of data files
     * @param deleteBytes of deletion vectors
     * @param metadataBytes of everything else
     */
    record Written(long dataBytes, long deleteBytes, long metadataBytes) {}

    /**
     * What was measured only if it was asked for.
     *
     * @param localBytes of the local disk that were in use at the end
     * @param feed the table's whole history as a changelog
     * @param spark a scan by Spark
     * @param restart from a savepoint to the next commit, the local disk as it was
     * @param restartWithoutDisk the same, but the local disk is lost
     */
    record Extras(
            long localBytes,
            @Nullable Run feed,
            @Nullable SparkScan spark,
            @Nullable Run restart,
            @Nullable Run restartWithoutDisk) {}

    /**
     * A scan by Spark.
     *
     * @param cpuSeconds of its process, all of it
     * @param answer rows, and a hash over all of their values
     */
    record SparkScan(double cpuSeconds, double wallSeconds, String answer) {}
}
