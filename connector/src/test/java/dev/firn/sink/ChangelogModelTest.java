package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Random changelogs through the sink's writers, assembler and committer, with failing commits, crashes at every step,
 * lost disks, rescaling and late committers. Every snapshot that appears must hold exactly what a map holds at its
 * checkpoint.
 *
 * <p>{@code -Dfirn.model.seeds=N} runs N seeds, {@code -Dfirn.model.first-seed=S} starts at seed S.
 */
@Execution(ExecutionMode.CONCURRENT)
class ChangelogModelTest {

    private static final long SEEDS = Long.getLong("firn.model.seeds", 400);
    private static final long FIRST_SEED = Long.getLong("firn.model.first-seed", 0);

    private static final AtomicInteger COMPACTIONS = new AtomicInteger();
    private static final AtomicLong TREES_PUT_ASIDE = new AtomicLong();

    @TempDir
    Path localDisk;

    @AfterAll
    static void compactionAndPuttingTreesAsideTookPart() {
        assumeThat(SEEDS).as("seeds that suffice to tell").isGreaterThan(20);
        assertThat(COMPACTIONS.get()).isGreaterThan((int) SEEDS / 4);
        assertThat(TREES_PUT_ASIDE.get()).isGreaterThan(SEEDS / 4);
    }

    @TestFactory
    Stream<DynamicTest> everySnapshotEqualsTheModel() {
        return LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> {
                    try (ChangelogModel model = new ChangelogModel(seed, localDisk)) {
                        COMPACTIONS.addAndGet(model.run());
                        TREES_PUT_ASIDE.addAndGet(model.treesPutAside());
                    }
                }));
    }
}
