package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.compaction.CompactionOptions;
import dev.firn.compaction.CompactionStrategy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A table that is written to for long stays what it is: correct, cheap to write to, dense, of few files. The short soak
 * asks for the first alone; the long one runs on demand, and leaves its samples and their plot in {@code target/soak}.
 * docs/soak.md says how to run it.
 */
class SoakTest {

    private static final Path RESULTS = Path.of("target", "soak");

    @Test
    void everyCheckpointOfAShortSoakHasOneLiveRowPerKey(@TempDir Path directory) throws Exception {
        Soak.Size size = new Soak.Size(8, 2_000, 8_000, 1, CompactionStrategy.LEVELED);
        List<SoakSample> samples = soak(size, directory);

        assertThat(samples).hasSize(8);
        assertThat(samples).allSatisfy(sample -> {
            assertThat(sample.cost().written().flushBytes()).isPositive();
            assertThat(sample.footprint().indexBytes()).isPositive();
            assertThat(sample.table().files()).isPositive();
            assertThat(sample.table().liveShare()).isBetween(0.1, 1.0);
        });
        assertThat(samples.subList(1, 8))
                .allSatisfy(sample ->
                        assertThat(sample.cost().written().vectorBytes()).isPositive());
        String plot = SoakPlot.svg(samples, "a short soak");
        assertThat(plot).startsWith("<svg").endsWith("</svg>\n").doesNotContain("NaN", "Infinity");
    }

    @Test
    @EnabledIfSystemProperty(named = "firn.soak.checkpoints", matches = "\\d+")
    void aLongSoakStaysCheapDenseAndSmall(@TempDir Path directory) throws Exception {
        Soak.Size size = new Soak.Size(
                Integer.getInteger("firn.soak.checkpoints", 0),
                Integer.getInteger("firn.soak.rows-per-checkpoint", 10_000),
                Integer.getInteger("firn.soak.keys", 2_000_000),
                Long.getLong("firn.soak.seed", 1),
                CompactionStrategy.valueOf(System.getProperty(
                        "firn.soak.strategy",
                        CompactionOptions.defaults().strategy().name())));
        List<SoakSample> samples = soak(size, directory);
        store(size, samples);

        SoakSample last = samples.get(samples.size() - 1);
        SoftAssertions.assertSoftly(all -> {
            all.assertThat(last.table().liveRows())
                    .as("live rows, in a table of 100 times the write buffer at least")
                    .isGreaterThanOrEqualTo(100L * size.rowsPerCheckpoint());
            all.assertThat(lowest(secondHalf(samples), sample -> sample.table().liveShare()))
                    .as("lowest live share of the bytes")
                    .isGreaterThanOrEqualTo(0.7);
            all.assertThat(growth(samples, SoakTest::filesPerLiveRow))
                    .as("growth of files for each live row")
                    .isLessThan(1.25);
            all.assertThat(growth(samples, sample -> sample.cost().flushMillis()))
                    .as("growth of the flush time")
                    .isLessThan(1.5);
            all.assertThat(growth(samples, sample -> sample.footprint().heapBytes()))
                    .as("growth of the heap")
                    .isLessThan(1.25);
        });
    }

    private static double filesPerLiveRow(SoakSample sample) {
        return (double) sample.table().files() / sample.table().liveRows();
    }

    private static double lowest(List<SoakSample> samples, ToDoubleFunction<SoakSample> value) {
        return samples.stream().mapToDouble(value).min().orElseThrow();
    }

    private static List<SoakSample> soak(Soak.Size size, Path directory) throws Exception {
        try (Soak soak = new Soak(size, directory)) {
            return soak.run();
        }
    }

    private static List<SoakSample> secondHalf(List<SoakSample> samples) {
        return samples.subList(samples.size() / 2, samples.size());
    }

    /** From the second quarter, when everything has warmed up, to the last: the ratio of the medians. */
    private static double growth(List<SoakSample> samples, ToDoubleFunction<SoakSample> value) {
        int quarter = samples.size() / 4;
        return median(samples.subList(samples.size() - quarter, samples.size()), value)
                / median(samples.subList(quarter, 2 * quarter), value);
    }

    private static double median(List<SoakSample> samples, ToDoubleFunction<SoakSample> value) {
        double[] sorted = samples.stream()
                .mapToDouble(value)
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        assertThat(sorted).as("samples of a quarter").isNotEmpty();
        return sorted[sorted.length / 2];
    }

    private static void store(Soak.Size size, List<SoakSample> samples) throws IOException {
        String subtitle = String.format(
                Locale.ROOT,
                "%s: %d checkpoints of %,d upserts each over %,d keys, seed %d",
                size.strategy(),
                size.checkpoints(),
                size.rowsPerCheckpoint(),
                size.keys(),
                size.seed());
        Files.createDirectories(RESULTS);
        Files.writeString(RESULTS.resolve("soak.csv"), SoakSample.csv(samples));
        Files.writeString(RESULTS.resolve("soak.svg"), SoakPlot.svg(samples, subtitle));
        System.out.printf(
                Locale.ROOT,
                "Soak of %s:%n  flush time grew by %.2f, commit time (which writes the deletion vectors) by %.2f,"
                        + " deletion vectors' bytes by %.2f, files by %.2f, live rows by %.2f%n",
                subtitle,
                growth(samples, sample -> sample.cost().flushMillis()),
                growth(samples, sample -> sample.cost().commitMillis()),
                growth(samples, sample -> sample.cost().written().vectorBytes()),
                growth(samples, sample -> sample.table().files()),
                growth(samples, sample -> sample.table().liveRows()));
    }
}
