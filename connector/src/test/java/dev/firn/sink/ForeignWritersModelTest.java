package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Another engine deletes, updates, inserts, rewrites, drops and expires between, before and within the commits of a
 * sink that crashes now and then. Of two commits the later wins, key by key; every snapshot of the sink must hold
 * exactly that.
 *
 * <p>{@code -Dfirn.foreign.seeds=N} runs N seeds, {@code -Dfirn.foreign.first-seed=S} starts at seed S.
 */
@Execution(ExecutionMode.CONCURRENT)
class ForeignWritersModelTest {

    private static final long SEEDS = Long.getLong("firn.foreign.seeds", 120);
    private static final long FIRST_SEED = Long.getLong("firn.foreign.first-seed", 0);

    private static final AtomicInteger COMPACTIONS = new AtomicInteger();

    @TempDir
    Path localDisk;

    @AfterAll
    static void compactionTookPart() {
        assumeThat(SEEDS).as("seeds that suffice to tell").isGreaterThan(20);
        assertThat(COMPACTIONS.get()).isGreaterThan((int) SEEDS / 4);
    }

    @TestFactory
    Stream<DynamicTest> theLaterCommitWinsKeyByKey() {
        return LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> {
                    try (ForeignWritersModel model = new ForeignWritersModel(seed, localDisk)) {
                        COMPACTIONS.addAndGet(model.run());
                    }
                }));
    }
}
