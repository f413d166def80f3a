package dev.firn.benchmarks.contest;

import dev.firn.benchmarks.report.Spread;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Single figures of a result; NaN where they were not measured. */
final class Figures {

    private static final double MEGABYTE = 1e6;
    private static final double PEAK = 0.99;

    private Figures() {}

    static double ingestCpu(Result result) {
        return result.ingest().cost().cpuSeconds();
    }

    static double compilerCpu(Result result) {
        return result.ingest().cost().compilerCpuSeconds();
    }

    static double ingestCpuOfCode(Result result) {
        return cpuOfCode(result.ingest());
    }

    static double ingestWall(Result result) {
        return result.ingest().cost().wallSeconds();
    }

    static double others(Result result) {
        return result.ingest().cost().othersCpuSeconds();
    }

    static double peakHeapMegabytes(Result result) {
        return result.ingest().cost().peakHeapBytes() / MEGABYTE;
    }

    static double checkpointMedian(Result result) {
        return quantile(result.ingest().checkpointMillis(), 0.5);
    }

    static double checkpointPeak(Result result) {
        return quantile(result.ingest().checkpointMillis(), PEAK);
    }

    /** As in a job that goes on: without the one that takes the end of the input, and Flink's own behind it. */
    static double checkpointPeakBeforeTheEnd(Result result) {
        List<Long> millis = result.ingest().checkpointMillis();
        return quantile(millis.subList(0, Math.max(0, millis.size() - 2)), PEAK);
    }

    private static double quantile(List<Long> millis, double share) {
        return millis.isEmpty()
                ? Double.NaN
                : Spread.quantile(
                        millis.stream().map(Long::doubleValue).sorted().toList(), share);
    }

    static double checkpoints(Result result) {
        return result.ingest().checkpointMillis().size();
    }

    static double dataMegabytes(Result result) {
        return result.written().dataBytes() / MEGABYTE;
    }

    static double deleteMegabytes(Result result) {
        return result.written().deleteBytes() / MEGABYTE;
    }

    static double metadataMegabytes(Result result) {
        return result.written().metadataBytes() / MEGABYTE;
    }

    static double writtenMegabytes(Result result) {
        return dataMegabytes(result) + deleteMegabytes(result) + metadataMegabytes(result);
    }

    static double liveMegabytes(Result result) {
        return result.footprint().liveBytes() / MEGABYTE;
    }

    static double dataFiles(Result result) {
        return result.footprint().dataFiles();
    }

    static double deleteFiles(Result result) {
        return result.footprint().deleteFiles();
    }

    static double scanCpu(Result result) {
        return cpu(result.scan());
    }

    /** The compiler's queue is still that of the ingestion. */
    static double scanCpuOfCode(Result result) {
        return cpuOfCode(result.scan());
    }

    static double scanWall(Result result) {
        return wall(result.scan());
    }

    static double sparkCpu(Result result) {
        return spark(result, Result.SparkScan::cpuSeconds);
    }

    static double sparkWall(Result result) {
        return spark(result, Result.SparkScan::wallSeconds);
    }

    private static double spark(Result result, ToDoubleFunction<Result.SparkScan> figure) {
        Result.SparkScan spark = result.extras().spark();
        return spark == null ? Double.NaN : figure.applyAsDouble(spark);
    }

    static double feedCpu(Result result) {
        return cpu(result.extras().feed());
    }

    static double feedRows(Result result) {
        Run feed = result.extras().feed();
        return feed == null ? Double.NaN : feed.rows();
    }

    static double feedRate(Result result) {
        return rate(result.extras().feed());
    }

    static double scanRate(Result result) {
        return rate(result.scan());
    }

    static double restartCpu(Result result) {
        return cpu(result.extras().restart());
    }

    static double restartWall(Result result) {
        return wall(result.extras().restart());
    }

    static double restartWithoutDiskCpu(Result result) {
        return cpu(result.extras().restartWithoutDisk());
    }

    static double restartWithoutDiskWall(Result result) {
        return wall(result.extras().restartWithoutDisk());
    }

    /** Of the local disk, for each row that is live in the end. */
    static double localBytesPerKey(Result result) {
        Run scan = result.scan();
        long bytes = result.extras().localBytes();
        return bytes == 0 || scan == null ? Double.NaN : (double) bytes / scan.rows();
    }

    private static double cpu(@Nullable Run run) {
        return run == null ? Double.NaN : run.cost().cpuSeconds();
    }

    /** Without what the compiler took. */
    private static double cpuOfCode(@Nullable Run run) {
        return run == null ? Double.NaN : cpu(run) - run.cost().compilerCpuSeconds();
    }

    private static double wall(@Nullable Run run) {
        return run == null ? Double.NaN : run.cost().wallSeconds();
    }

    private static double rate(@Nullable Run run) {
        return run == null ? Double.NaN : run.rows() / run.cost().cpuSeconds();
    }
}
