package dev.firn.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the strategies cost with their default options, on buckets of so many checkpoints' changes of data. */
class CompactionSimulationTest {

    private static final int CHANGES = 500;
    private static final long FLUSHED_BYTES = 12 << 20;
    private static final double SHARE =
            CompactionOptions.of(CompactionStrategy.TIERED).deadRowsRatio();

    @ParameterizedTest
    @CsvSource({
        "UNIFORM, 4, 2.3",
        "UNIFORM, 8, 2.2",
        "UNIFORM, 20, 2.4",
        "UNIFORM, 60, 3.2",
        "ZIPF, 4, 1.4",
        "ZIPF, 20, 1.6",
        "ZIPF, 60, 1.9",
        "RECENT, 20, 2.4",
    })
    void tieredWritesLittleAndKeepsMostOfTheSpaceLive(Workload workload, int checkpoints, double mostWritten) {
        BucketSimulation.Figures figures = run(CompactionStrategy.TIERED, workload, checkpoints);
        assertThat(figures.writeAmplification()).isLessThan(mostWritten);
        assertThat(figures.spaceAmplification())
                .as("what the share of dead rows comes to, however large a part of the table a flush is")
                .isBetween(0.95 / (1 - SHARE), 1.05 / (1 - SHARE))
                .isLessThan(1.4);
        assertThat(figures.mostSpaceAmplification()).isLessThan(1.5);
        assertThat(figures.mostFilesPerKey()).isLessThan(30);
        assertThat(figures.shareOfRangesCompacted()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"UNIFORM, 20, 7", "UNIFORM, 60, 9", "ZIPF, 20, 6", "ZIPF, 60, 7"})
    void leveledKeepsFilesPerKeyFew(Workload workload, int checkpoints, double mostWritten) {
        BucketSimulation.Figures figures = run(CompactionStrategy.LEVELED, workload, checkpoints);
        assertThat(figures.writeAmplification()).isLessThan(mostWritten);
        assertThat(figures.spaceAmplification()).isLessThan(1.5);
        assertThat(figures.filesPerKey()).isLessThan(6);
        assertThat(figures.mostFilesPerKey()).isLessThanOrEqualTo(10);
        assertThat(figures.shareOfRangesCompacted()).isEqualTo(1);
    }

    /** Prints the table in docs/compaction.md. */
    @Test
    @EnabledIfSystemProperty(named = "firn.compaction.simulation", matches = "true")
    void tabulate() {
        System.out.println(
                "strategy | keys | checkpoints | written / changed | all / live, most | files per key, most");
        for (CompactionStrategy strategy : CompactionStrategy.values()) {
            for (Workload workload : Workload.values()) {
                for (int checkpoints : new int[] {4, 8, 20, 100, 500}) {
                    BucketSimulation.Figures figures = run(strategy, workload, checkpoints);
                    System.out.printf(
                            "%s | %s | %d | %.2f | %.2f, %.2f | %.1f, %d%n",
                            strategy,
                            workload,
                            checkpoints,
                            figures.writeAmplification(),
                            figures.spaceAmplification(),
                            figures.mostSpaceAmplification(),
                            figures.filesPerKey(),
                            figures.mostFilesPerKey());
                }
            }
        }
    }

    /** Fills the bucket, writes it over four times to settle, and measures while it is written over four times more. */
    private static BucketSimulation.Figures run(CompactionStrategy strategy, Workload workload, int checkpoints) {
        BucketSimulation.Shape shape = BucketSimulation.Shape.of(checkpoints, CHANGES, FLUSHED_BYTES);
        Random random = new Random(1);
        BucketSimulation bucket = new BucketSimulation(shape, CompactionOptions.of(strategy));
        steps(bucket, checkpoints, Workload.loading(shape.keys(), random));
        IntSupplier updates = workload.over(shape.keys(), random);
        steps(bucket, checkpoints * 4, updates);
        bucket.reset();
        steps(bucket, checkpoints * 4, updates);
        return bucket.figures();
    }

    private static void steps(BucketSimulation bucket, int steps, IntSupplier keys) {
        for (int step = 0; step < steps; step++) {
            bucket.step(keys);
        }
    }
}
