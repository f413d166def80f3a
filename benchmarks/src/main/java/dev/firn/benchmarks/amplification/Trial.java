package dev.firn.benchmarks.amplification;

import dev.firn.benchmarks.amplification.MeasuredTable.Extent;
import dev.firn.benchmarks.amplification.MeasuredTable.Weight;
import dev.firn.benchmarks.amplification.MeasuredTable.Written;
import dev.firn.compaction.CompactionOptions;
import dev.firn.compaction.Workload;
import dev.firn.sink.CompactionConfig;
import dev.firn.sink.SimulatedJob;
import dev.firn.sink.SinkConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;

/**
 * A table that is loaded and then updated, by the sink's own writer and committer without a cluster, all on one thread:
 * same parameters, same bytes.
 */
final class Trial {

    private static final int BUFFERED_ROW_BYTES = 600;

    private final Parameters parameters;
    private final MeteredThread thread = new MeteredThread();
    private final int[] versions;
    private int version;
    private int checkpointVersion;
    private long flushedRows;
    private long checkpoints;

    /**
     * @param rows of the table
     * @param changes between two checkpoints
     * @param turnover updates for each row
     * @param seed of which keys are updated
     */
    record Load(int rows, int changes, int turnover, int buckets, long seed) {}

    record Parameters(Load load, Workload workload, RowShape shape, CompactionOptions options) {}

    /**
     * What came out. All but the bytes written is the mean of the second half of the updates.
     *
     * @param written over the bytes of the input's rows, each written once
     * @param space over the bytes of the live rows, each written once
     */
    record Outcome(Written written, double perInput, Space space, Processor processor) {}

    record Space(double mean, double most, double filesPerKey, RowBytes rows) {}

    /** Bytes of a row in a file of a flush, in one of a merge, and where rows are written once. */
    record RowBytes(double flushed, double merged, double once) {}

    /** Microseconds of processor time for each row that is flushed. */
    record Processor(double flush, double merges) {}

    Trial(Parameters parameters) {
        this.parameters = parameters;
        this.versions = new int[parameters.load().rows()];
    }

    Outcome run(Path directory) throws IOException, InterruptedException {
        Load load = parameters.load();
        RowShape shape = parameters.shape();
        MeasuredTable table = new MeasuredTable(directory.resolve("table"), shape.schema(), load.buckets());
        long updates = (long) load.rows() * load.turnover();
        SinkConfig config = SinkConfig.defaults()
                .withWriteBufferBytes((long) load.changes() * BUFFERED_ROW_BYTES)
                .withIndexes(new SinkConfig.IndexConfig(
                        256 << 20, List.of(directory.resolve("local").toString())))
                .withCompaction(CompactionConfig.defaults().withOptions(parameters.options()));
        SimulatedJob job =
                new SimulatedJob(new SimulatedJob.Setup(table.loader(), config, 1, "amplification", thread), null);
        Random random = new Random(load.seed());
        Tally tally = new Tally(table);
        write(job, tally, Workload.loading(load.rows(), random), load.rows());
        IntSupplier keys = parameters.workload().over(load.rows(), random);
        write(job, tally, keys, updates / 2);
        tally.settle();
        write(job, tally, keys, updates - updates / 2);
        job.close();
        double once = (double) table.bytesWrittenOnce(load.rows(), key -> shape.row(key, versions[key]));
        return tally.outcome(once, load.rows() + updates);
    }

    private void write(SimulatedJob job, Tally tally, IntSupplier keys, long changes)
            throws IOException, InterruptedException {
        for (long i = 1; i <= changes; i++) {
            int key = keys.getAsInt();
            flushedRows += versions[key] <= checkpointVersion ? 1 : 0;
            versions[key] = ++version;
            job.write(parameters.shape().row(key, version));
            if (i % parameters.load().changes() == 0 || i == changes) {
                long before = thread.nanosBesideMerges();
                job.checkpoint(++checkpoints);
                long nanos = thread.nanosBesideMerges() - before;
                job.completed(checkpoints);
                tally.add(nanos);
                checkpointVersion = version;
            }
        }
    }

    /** Sums up what each checkpoint did. */
    private final class Tally {

        private final MeasuredTable table;
        private Written written = new Written(0, 0, 0);
        private long samples;
        private Weight flushed = Weight.NONE;
        private Weight merged = Weight.NONE;
        private long mostBytes;
        private double spans;
        private long flushNanos;
        private long mergeNanosBefore;

        Tally(MeasuredTable table) {
            this.table = table;
        }

        void add(long nanos) {
            written = written.plus(table.written());
            Extent extent = table.extent();
            samples++;
            flushed = flushed.plus(extent.flushed());
            merged = merged.plus(extent.merged());
            mostBytes = Math.max(mostBytes, extent.bytes());
            spans += extent.spans();
            flushNanos += nanos;
            if (samples % 10 == 0) {
                table.expireSnapshots();
            }
        }

        /** From here on it is the table's usual state. */
        void settle() {
            samples = 0;
            flushed = Weight.NONE;
            merged = Weight.NONE;
            mostBytes = 0;
            spans = 0;
            flushNanos = 0;
            flushedRows = 0;
            mergeNanosBefore = thread.mergeNanos();
        }

        Outcome outcome(double once, long input) {
            int rows = versions.length;
            return new Outcome(
                    written,
                    once / rows * input,
                    new Space(
                            flushed.plus(merged).bytes() / once / samples,
                            mostBytes / once,
                            spans / rows / samples / parameters.load().buckets(),
                            new RowBytes(flushed.bytesOfRow(), merged.bytesOfRow(), once / rows)),
                    new Processor(
                            flushNanos / (flushedRows * 1e3),
                            (thread.mergeNanos() - mergeNanosBefore) / (flushedRows * 1e3)));
        }
    }
}
