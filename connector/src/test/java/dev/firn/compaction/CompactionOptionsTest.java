package dev.firn.compaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompactionOptionsTest {

    private static final CompactionOptions DEFAULTS = CompactionOptions.defaults();

    @Test
    void whatCannotWorkIsRefusedWithARemedy() {
        LevelTargets targets = DEFAULTS.targets();
        JobLimits limits = DEFAULTS.limits();
        assertRefused(() -> targets.withRuns(1), "choose 2 or more");
        assertRefused(() -> targets.withMultiplier(1), "choose a multiplier of 2 or more");
        assertRefused(() -> targets.withBaseBytes(0), "give each at least");
        assertRefused(() -> targets.withFileBytes(0), "give each at least");
        assertRefused(() -> targets.withSmallFileShare(0.6), "choose a share of 0 to 0.5");
        assertRefused(() -> targets.withSmallFileShare(Double.NaN), "choose a share of 0 to 0.5");
        assertRefused(() -> limits.withBytes(0), "allow a few times");
        assertRefused(() -> limits.withRows(0), "allow a few times");
        assertRefused(() -> limits.withFilesPerCut(0), "choose 1 file or more");
        assertRefused(() -> DEFAULTS.withDeadRowsRatio(0), "choose a ratio above 0");
        assertRefused(() -> DEFAULTS.withDeadRowsRatio(Double.NaN), "choose a ratio above 0");
        assertRefused(() -> DEFAULTS.withLimits(limits.withBytes(targets.baseBytes())), "allow twice as much");
    }

    private static void assertRefused(Runnable made, String remedy) {
        assertThatIllegalArgumentException().isThrownBy(made::run).withMessageContaining(remedy);
    }

    @Test
    void levelsAreAsManyAsTheBucketNeeds() {
        LevelTargets targets = DEFAULTS.targets().withBaseBytes(100).withMultiplier(10);

        assertThat(targets.levels(0)).isEqualTo(1);
        assertThat(targets.levels(100)).isEqualTo(1);
        assertThat(targets.levels(101)).isEqualTo(2);
        assertThat(targets.levels(1_001)).isEqualTo(3);
        assertThat(targets.bytes(2, 3, 5_000)).isEqualTo(500);
        assertThat(targets.bytes(1, 3, 5_000)).isEqualTo(50);
        assertThat(targets.bytes(1, 9, 5_000))
                .as("level 1 of a bucket that shrank")
                .isEqualTo(10);
    }

    @Test
    void ofThousandsOfTinyFilesAMergeTakesSome() {
        for (CompactionStrategy strategy : CompactionStrategy.values()) {
            List<RunShape> runs = new ArrayList<>();
            for (int file = 0; file < 4_000; file++) {
                KeySpan keys = new KeySpan(BucketSimulation.key(10 * file), BucketSimulation.key(10 * file + 9));
                runs.add(new RunShape("file-" + file, 2, keys, 1_000, 10, 0));
            }

            CompactionChoice choice = CompactionPicker.choose(runs, Reservations.NONE, CompactionOptions.of(strategy));

            assertThat(choice)
                    .isInstanceOfSatisfying(
                            CompactionChoice.Merge.class,
                            merge -> assertThat(merge.inputs()).hasSize(64));
        }
    }
}
