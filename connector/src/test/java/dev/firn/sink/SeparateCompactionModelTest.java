package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A sink writes and a job of its own compacts, in any order and however they fail: every snapshot holds the rows that
 * it should, and what is merged lands, although rows of the merged files die at every checkpoint.
 *
 * <p>{@code -Dfirn.separate.seeds=N} runs N seeds, {@code -Dfirn.separate.first-seed=S} starts at seed S.
 */
@Execution(ExecutionMode.CONCURRENT)
class SeparateCompactionModelTest {

    private static final long SEEDS = Long.getLong("firn.separate.seeds", 25);
    private static final long FIRST_SEED = Long.getLong("firn.separate.first-seed", 0);

    private static final SeparateCompactionModel.Tally TALLY = new SeparateCompactionModel.Tally();

    @TempDir
    Path localDisk;

    @AfterAll
    static void mostOfWhatWasMergedLanded() {
        assumeThat(SEEDS).as("seeds that suffice to tell").isGreaterThan(20);
        assertThat(TALLY.snapshots).isGreaterThan((int) SEEDS);
        assertThat(TALLY.merged)
                .as("files that landed, of %s refused", TALLY.refused)
                .isGreaterThan(3 * TALLY.refused);
    }

    @TestFactory
    Stream<DynamicTest> neitherLosesWhatTheOtherDid() {
        return LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> {
                    try (SeparateCompactionModel model = new SeparateCompactionModel(seed, localDisk)) {
                        SeparateCompactionModel.Tally tally = model.run();
                        synchronized (TALLY) {
                            TALLY.add(tally);
                        }
                    }
                }));
    }
}
