package dev.firn.compaction;

import java.nio.file.Path;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Random merges against maps.
 *
 * <p>{@code -Dfirn.model.merges=N} runs N seeds, {@code -Dfirn.model.first-seed=S} starts at seed S.
 */
@Execution(ExecutionMode.CONCURRENT)
class MergeModelTest {

    private static final long SEEDS = Long.getLong("firn.model.merges", 120);
    private static final long FIRST_SEED = Long.getLong("firn.model.first-seed", 0);

    @TempDir
    Path localDisk;

    @TestFactory
    Stream<DynamicTest> aMergeHoldsWhatTheModelHolds() {
        return LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> {
                    try (MergeModel model = new MergeModel(seed, localDisk.resolve("seed" + seed))) {
                        model.run();
                    }
                }));
    }
}
