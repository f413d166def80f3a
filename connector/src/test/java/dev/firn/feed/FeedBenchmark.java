package dev.firn.feed;

import dev.firn.run.ImageReader;
import dev.firn.run.ImageRows;
import dev.firn.run.WantedPositions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.flink.data.FlinkParquetReaders;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.Parquet;

/**
 * What the rows of a change feed cost, beside those of a plain scan: CPU time of the one thread that reads. Every round
 * measures each reading once, in an order of its own; the median of the rounds counts. docs/change-feed.md says how to
 * run it.
 */
final class FeedBenchmark {

    private static final int ROUNDS = Integer.getInteger("firn.bench.rounds", 7);
    private static final long ROWS = Long.getLong("firn.bench.rows", 1_000_000);
    private static final int WARM_UPS = 2;

    private final FeedWorkload table;
    private final Path scratch;
    private final Map<String, Reading> readings = new LinkedHashMap<>();

    /** Reads all that there is to be read. */
    @FunctionalInterface
    interface Rows {

        /** Returns how many rows there are. */
        long read() throws IOException;
    }

    /** @param count the rows that there have to be */
    record Reading(long count, Rows rows) {

        /** Nanoseconds of CPU, by a row. */
        double cost() throws IOException {
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            long read = rows.read();
            long end = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            if (read != count) {
                throw new IllegalStateException(read + " rows came, and there are " + count);
            }
            return (double) (end - start) / read;
        }
    }

    FeedBenchmark(FeedWorkload table, Path scratch) throws IOException {
        this.table = table;
        this.scratch = scratch;
        readings.put("Iceberg's scan", new Reading(table.rows(), this::scanByIceberg));
        readings.put("Firn's scan", new Reading(table.rows(), this::scanByFirn));
        readings.put(
                "feed: the table at first", new Reading(table.rows(), () -> changes(table.scan(), ChangelogKind.ALL)));
        for (FeedWorkload.Changes changes : List.of(table.uniform(0.01), table.uniform(0.1), table.recent())) {
            for (ChangelogKind kind : List.of(ChangelogKind.ALL, ChangelogKind.UPSERT)) {
                readings.put(
                        "feed, " + kind.name().toLowerCase(Locale.ROOT) + ": " + changes.name(),
                        new Reading(changes.rows(kind), () -> changes(changes.split(), kind)));
            }
        }
    }

    public static void main(String[] args) throws IOException {
        Path scratch = Files.createTempDirectory("feed-benchmark");
        new FeedBenchmark(new FeedWorkload(ROWS), scratch).run(ROUNDS);
        Files.delete(scratch);
    }

    /** By name. */
    Map<String, Reading> readings() {
        return readings;
    }

    private void run(int rounds) throws IOException {
        Map<String, List<Double>> costs = new LinkedHashMap<>();
        readings.keySet().forEach(name -> costs.put(name, new ArrayList<>()));
        List<String> order = new ArrayList<>(readings.keySet());
        Random random = new Random(1);
        for (int round = -WARM_UPS; round < rounds; round++) {
            Collections.shuffle(order, random);
            for (String name : order) {
                double cost = Objects.requireNonNull(readings.get(name)).cost();
                if (round >= 0) {
                    Objects.requireNonNull(costs.get(name)).add(cost);
                }
            }
        }
        print(costs);
    }

    private void print(Map<String, List<Double>> costs) {
        double iceberg = median(Objects.requireNonNull(costs.get("Iceberg's scan")));
        double firn = median(Objects.requireNonNull(costs.get("Firn's scan")));
        System.out.println("| reading | rows | CPU ns/row | rows per CPU second | of Iceberg's scan | of Firn's scan"
                + " | CPU of all, of Firn's scan of the table |");
        System.out.println("|---|---:|---:|---:|---:|---:|---:|");
        costs.forEach((name, all) -> {
            double cost = median(all);
            long count = Objects.requireNonNull(readings.get(name)).count();
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %,d | %.0f | %,.0f | %.3f | %.3f | %.2f |%n",
                    name,
                    count,
                    cost,
                    1e9 / cost,
                    iceberg / cost,
                    firn / cost,
                    cost * count / (firn * table.rows()));
        });
    }

    private static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private long scanByIceberg() throws IOException {
        long count = 0;
        for (DataFile file : table.files()) {
            try (CloseableIterable<RowData> rows = Parquet.read(table.io.newInputFile(file.location()))
                    .project(FeedWorkload.SCHEMA)
                    .createReaderFunc(schema -> FlinkParquetReaders.buildReader(FeedWorkload.SCHEMA, schema))
                    .build()) {
                for (RowData row : rows) {
                    count += row.isNullAt(0) ? 0 : 1;
                }
            }
        }
        return count;
    }

    private long scanByFirn() throws IOException {
        ImageReader reader = new ImageReader(table.io, FeedWorkload.SCHEMA, FeedWorkload.ROW_TYPE, Map.of());
        long count = 0;
        for (DataFile file : table.files()) {
            WantedPositions all = WantedPositions.all(file.recordCount());
            try (ImageRows rows = reader.rows(file, PartitionSpec.unpartitioned(), all)) {
                while (rows.next()) {
                    count += rows.row().isNullAt(0) ? 0 : 1;
                }
            }
        }
        return count;
    }

    private long changes(ChangeSplit split, ChangelogKind kind) throws IOException {
        FeedRows rows =
                FeedRows.of(FeedWorkload.SCHEMA, FeedWorkload.KEY, FeedRows.Selection.of(FeedWorkload.ROW_TYPE), kind);
        long count = 0;
        try (SplitChanges changes = SplitChanges.open(
                split, rows, new FeedInput(table.io, Map.of(), FeedWorkload.BY_KEY.orderId(), scratch, 64 << 20))) {
            while (changes.next()) {
                count += changes.row().isNullAt(0) ? 0 : 1;
            }
        }
        return count;
    }
}
