package dev.firn.sink;

import dev.firn.compaction.CompactionOptions;
import dev.firn.compaction.CompactionStrategy;
import dev.firn.compaction.JobLimits;
import dev.firn.compaction.LevelTargets;
import java.util.List;
import java.util.Random;

/** Compaction of tables of a few rows, so that all levels come up. */
final class RandomCompaction {

    /** Who does the background work himself cannot wait for it. */
    static final BackPressureConfig NO_BACK_PRESSURE =
            new BackPressureConfig(Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE);

    private RandomCompaction() {}

    static CompactionConfig config(Random random) {
        return CompactionConfig.defaults().withThreads(random.nextInt(4)).withOptions(options(random));
    }

    private static CompactionOptions options(Random random) {
        long fileBytes = List.of(1L, 1_500L, 1L << 20).get(random.nextInt(3));
        long baseBytes = List.of(2_000L, 20_000L).get(random.nextInt(2));
        return CompactionOptions.defaults()
                .withStrategy(List.of(CompactionStrategy.values()).get(random.nextInt(2)))
                .withTargets(new LevelTargets(2 + random.nextInt(3), baseBytes, 2, fileBytes, 0.5))
                .withDeadRowsRatio(0.1 + random.nextInt(8) / 10.0)
                .withLimits(new JobLimits(40_000, 10_000, 1 + random.nextInt(2)));
    }
}
