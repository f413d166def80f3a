package dev.firn.sink;

import com.sun.management.OperatingSystemMXBean;
import dev.firn.benchmarks.Arguments;
import dev.firn.benchmarks.StoreFileIO;
import dev.firn.benchmarks.workload.Workload;
import dev.firn.iceberg.FirnTable;
import dev.firn.iceberg.RowPartitioner;
import dev.firn.index.KeyIndexes;
import dev.firn.key.KeyEncoder;
import dev.firn.key.KeyView;
import dev.firn.lsm.Bucket;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.commons.io.FileUtils;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.iceberg.DataFile;

/**
 * Measures what a writer has to do first on a host that has nothing but the table, and on one that has kept its local
 * disk. docs/operations.md has the figures; arguments are settings such as {@code rows=100000000 threads=1,4}. One
 * writer owns all four buckets of the table.
 */
public final class Restores {

    private static final Set<String> SETTINGS = Set.of("rows", "changes", "threads", "latency", "key", "directory");
    private static final long FILTER_BYTES = 256L << 20;

    private final Arguments arguments;
    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private Restores(Arguments arguments) {
        this.arguments = arguments;
    }

    /**
     * When what was reached, in seconds since the writer was opened, and what it took until the indexes were there.
     *
     * @param rows until all changes were taken in
     * @param ready until one bucket could be flushed
     * @param flushed until it was
     * @param all until all could be
     * @param checkpoint until the first checkpoint was prepared
     */
    private record Outcome(
            double firstRow, double rows, double ready, double flushed, double all, double checkpoint, Cost cost) {}

    private record Cost(double processorSeconds, StoreFileIO.Reads reads, long rebuilt, long localBytes) {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        new Restores(Arguments.parse(arguments, SETTINGS)).run();
    }

    private void run() throws IOException, InterruptedException {
        Path directory = arguments.directory("restore");
        try {
            long rows = arguments.number("rows", 10_000_000);
            StoredTable table = new StoredTable(
                    directory.resolve("warehouse"), arguments.constant("key", Workload.KeyShape.BIGINT), rows);
            long start = System.nanoTime();
            List<DataFile> files = table.create();
            System.out.printf(
                    Locale.ROOT,
                    "%,d rows in %d files of %.0f MB in all, written in %.0f s%n",
                    rows,
                    files.size(),
                    files.stream().mapToLong(DataFile::fileSizeInBytes).sum() / 1e6,
                    seconds(start));
            measure(table, rows, directory.resolve("local"));
        } finally {
            FileUtils.deleteDirectory(new File(directory.toString()));
        }
    }

    private void measure(StoredTable table, long rows, Path local) throws IOException, InterruptedException {
        StoreFileIO.delayRequests(arguments.number("latency", 0));
        int[] threads = Arrays.stream(arguments.text("threads", "1,2,4").split(","))
                .mapToInt(Integer::parseInt)
                .toArray();
        // So that the first one that is measured runs code that is compiled.
        restore(table, local, threads[threads.length - 1]);
        System.out.println("local disk  threads  first row  all rows  bucket ready  flushed  all ready  checkpoint"
                + "   CPU-s  MB read  requests  rebuilt  local MB   keys/s");
        for (int count : threads) {
            FileUtils.deleteDirectory(new File(local.toString()));
            print("lost", count, restore(table, local, count), rows);
        }
        int last = threads[threads.length - 1];
        print("kept", last, restore(table, local, last), rows);
    }

    private static void print(String disk, int threads, Outcome outcome, long rows) {
        System.out.printf(
                Locale.ROOT,
                "%-10s  %7d  %7.2f s  %6.2f s  %10.2f s  %5.2f s  %7.2f s  %8.2f s  %6.1f  %7.1f  %8d  %7d  %8.1f  %,7.0f%n",
                disk,
                threads,
                outcome.firstRow(),
                outcome.rows(),
                outcome.ready(),
                outcome.flushed(),
                outcome.all(),
                outcome.checkpoint(),
                outcome.cost().processorSeconds(),
                outcome.cost().reads().bytes() / 1e6,
                outcome.cost().reads().requests(),
                outcome.cost().rebuilt(),
                outcome.cost().localBytes() / 1e6,
                rows / outcome.all());
    }

    private Outcome restore(StoredTable stored, Path local, int threads) throws IOException, InterruptedException {
        SinkConfig config = SinkConfig.defaults()
                .withIndexes(new SinkConfig.IndexConfig(FILTER_BYTES, List.of(local.toString())).withThreads(threads));
        int changes = arguments.number("changes", 100_000);
        StoreFileIO.Reads before = StoreFileIO.reads();
        long processorBefore = system.getProcessCpuTime();
        long start = System.nanoTime();
        FirnTable table = FirnTable.open(stored.loader());
        WriterResources resources = WriterResources.open(table, config, "writer");
        KeyIndexes indexes = resources.indexes();
        try (WriterBuckets buckets = new WriterBuckets(table, resources, place(table))) {
            Rows rows = new Rows(table, buckets);
            Random random = new Random(1);
            rows.write(stored.update(random));
            double firstRow = seconds(start);
            for (int i = 1; i < changes; i++) {
                rows.write(stored.update(random));
            }
            double allRows = seconds(start);
            await(() -> buckets.loaded().stream().anyMatch(Bucket::isReady));
            double ready = seconds(start);
            buckets.startFlushes();
            await(() -> buckets.loaded().stream().anyMatch(bucket -> bucket.isFlushing() && bucket.mayLand()));
            double flushed = seconds(start);
            await(() -> indexes.threads().unfinished() == 0);
            double all = seconds(start);
            Cost cost = new Cost(
                    (system.getProcessCpuTime() - processorBefore) / 1e9,
                    StoreFileIO.reads().since(before),
                    indexes.statistics().rebuilds(),
                    indexes.space().indexBytes());
            buckets.checkpoint();
            return new Outcome(firstRow, allRows, ready, flushed, all, seconds(start), cost);
        }
    }

    private static WriterPlace place(FirnTable table) {
        BucketRouter router = BucketRouter.of(table);
        return new WriterPlace(router, new WriterPlace.Subtask(0, 1), "restore", OptionalLong.empty(), false);
    }

    /** As a writer takes rows in, without flushes ahead and back-pressure. */
    private static final class Rows {

        private final WriterBuckets buckets;
        private final KeyEncoder encoder;
        private final RowPartitioner partitioner;
        private final RowDataSerializer serializer;

        Rows(FirnTable table, WriterBuckets buckets) {
            this.buckets = buckets;
            this.encoder = table.keyEncoder();
            this.partitioner = table.partitioner();
            this.serializer = new RowDataSerializer(table.format().rowType());
        }

        void write(RowData row) throws IOException, InterruptedException {
            KeyView key = encoder.view(row);
            buckets.of(partitioner, partitioner.partition(row)).upsert(key, serializer.toBinaryRow(row));
        }
    }

    /** Without lending a hand, so that it is the threads that are measured. */
    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(1);
        }
    }

    private static double seconds(long start) {
        return Duration.ofNanos(System.nanoTime() - start).toMillis() / 1e3;
    }
}
