package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Tables that plain Iceberg wrote, of both format versions and in all layouts, with dead rows of all kinds, are adopted
 * by declaring their buckets, upserted and compacted until no file of theirs is left. Every snapshot must hold what a
 * map holds.
 *
 * <p>{@code -Dfirn.model.seeds=N} runs N seeds, {@code -Dfirn.model.first-seed=S} starts at seed S.
 */
@Execution(ExecutionMode.CONCURRENT)
class AdoptedTableModelTest {

    private static final long SEEDS = Long.getLong("firn.model.seeds", 8);
    private static final long FIRST_SEED = Long.getLong("firn.model.first-seed", 0);

    @TempDir
    Path localDisk;

    @TestFactory
    Stream<DynamicTest> adoptedTablesEqualTheModel() {
        return LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> {
                    try (AdoptedTableModel model = new AdoptedTableModel(seed, localDisk)) {
                        assertThat(model.run()).as("compactions").isPositive();
                    }
                }));
    }
}
