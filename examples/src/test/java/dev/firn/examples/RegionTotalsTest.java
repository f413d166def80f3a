package dev.firn.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class RegionTotalsTest {

    private static final Path DATA = Path.of("data/pgbench-cdc");

    @TempDir
    Path folder;

    @Test
    @Timeout(120)
    void totalsKeptByTheFeedAreThoseOfABatchJobAndOfPostgres() throws Exception {
        List<Row> totals = RegionTotals.run(DATA, folder);

        assertThat(totals).hasSize(20).isEqualTo(totalsOfTheDump());
    }

    private static List<Row> totalsOfTheDump() throws Exception {
        TreeMap<String, long[]> totals = new TreeMap<>();
        try (BufferedReader dump = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(DATA.resolve("final/ord.csv.gz"))), UTF_8))) {
            dump.lines().skip(1).map(line -> line.split(",", -1)).forEach(row -> {
                long[] total = totals.computeIfAbsent(row[0], region -> new long[2]);
                total[0]++;
                total[1] += Long.parseLong(row[2]);
            });
        }
        List<Row> rows = new ArrayList<>();
        totals.forEach((region, total) -> rows.add(Row.of(region, total[0], total[1])));
        return rows;
    }
}
