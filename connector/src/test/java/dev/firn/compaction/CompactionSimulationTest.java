package dev.firn.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the strategies cost with their default options, on buckets of so many full write buffers of data. */
class CompactionSimulationTest {

    @ParameterizedTest
    @CsvSource({"LEVELED, UNIFORM", "LEVELED, ZIPF", "TIERED, UNIFORM", "TIERED, ZIPF"})
    void smallBucketsKeepTheirBounds(CompactionStrategy strategy, Workload workload) {
        keepsBounds(run(strategy, workload, 20), 6);
    }

    @ParameterizedTest
    @CsvSource({"LEVELED, UNIFORM", "LEVELED, ZIPF", "TIERED, UNIFORM", "TIERED, ZIPF"})
    void largerBucketsKeepTheirBounds(CompactionStrategy strategy, Workload workload) {
        keepsBounds(run(strategy, workload, 60), 8);
    }

    private static void keepsBounds(BucketSimulation.Figures figures, double mostWritten) {
        assertThat(figures.writeAmplification()).isLessThan(mostWritten);
        assertThat(figures.space()).isGreaterThan(0.75);
        assertThat(figures.probesMax).isLessThanOrEqualTo(8);
        assertThat(shareOfRangesCompacted(figures)).isEqualTo(1);
    }

    /** Of a hundred equal key ranges. */
    private static double shareOfRangesCompacted(BucketSimulation.Figures figures) {
        boolean[] compacted = figures.compacted;
        return IntStream.range(0, 100)
                        .filter(range -> IntStream.range(
                                        compacted.length * range / 100, compacted.length * (range + 1) / 100)
                                .anyMatch(key -> compacted[key]))
                        .count()
                / 100.0;
    }

    /** Prints the table in the Javadoc of {@link CompactionPicker}. */
    @Test
    @EnabledIfSystemProperty(named = "firn.compaction.simulation", matches = "true")
    void tabulate() {
        System.out.println("strategy | keys | buffers | written/flushed | live/total | runs per key, most | files");
        for (CompactionStrategy strategy : CompactionStrategy.values()) {
            for (Workload workload : Workload.values()) {
                for (int buffers : new int[] {20, 100, 500}) {
                    BucketSimulation.Figures figures = run(strategy, workload, buffers);
                    System.out.printf(
                            "%s | %s | %d | %.1f | %.2f | %.1f, %d | %.0f%n",
                            strategy,
                            workload,
                            buffers,
                            figures.writeAmplification(),
                            figures.space(),
                            figures.probes(),
                            figures.probesMax,
                            figures.files());
                    assertThat(figures.probesMax).isLessThanOrEqualTo(8);
                    assertThat(figures.space()).isGreaterThan(0.75);
                }
            }
        }
    }

    /** Fills the bucket, writes it over one and a half times to settle, and measures while it is written over twice. */
    private static BucketSimulation.Figures run(CompactionStrategy strategy, Workload workload, int buffers) {
        int keys = buffers * BucketSimulation.BUFFER_ROWS;
        Random random = new Random(1);
        BucketSimulation bucket = new BucketSimulation(keys, CompactionOptions.of(strategy));
        steps(bucket, buffers, Workload.loading(keys, random));
        IntSupplier updates = workload.over(keys, random);
        steps(bucket, buffers * 3 / 2, updates);
        bucket.reset();
        steps(bucket, buffers * 2, updates);
        return bucket.figures();
    }

    private static void steps(BucketSimulation bucket, int steps, IntSupplier keys) {
        for (int step = 0; step < steps; step++) {
            bucket.step(keys);
        }
    }
}
