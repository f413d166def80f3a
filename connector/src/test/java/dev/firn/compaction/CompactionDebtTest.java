package dev.firn.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.key.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompactionDebtTest {

    /** Level 1 holds 100 bytes at most, and each level twice as much as the one above it. */
    private static final CompactionOptions OPTIONS =
            CompactionOptions.of(CompactionStrategy.LEVELED).withTargets(new LevelTargets(4, 100, 2, 50, 0.5));

    private final List<RunShape> runs = new ArrayList<>();

    @Test
    void anEmptyBucketOwesNothing() {
        assertThat(debt()).isEqualTo(CompactionDebt.NONE);
    }

    @Test
    void runsCountWhereTheyHoldOneKey() {
        add(0, 10, 20, 1, 0);
        add(0, 30, 40, 1, 0);
        assertThat(debt().runs()).isEqualTo(1);
        add(0, 15, 35, 1, 0);
        assertThat(debt().runs()).isEqualTo(2);
        add(0, 35, 36, 1, 0);
        assertThat(debt().runs()).isEqualTo(3);
    }

    @Test
    void aKeyAtBothEndsOfTwoRunsIsInBoth() {
        add(0, 10, 20, 1, 0);
        add(0, 20, 30, 1, 0);
        assertThat(debt().runs()).isEqualTo(2);
    }

    @Test
    void deeperLevelsAreNoRunsOfLevelZero() {
        add(0, 10, 20, 1, 0);
        add(1, 10, 20, 1, 0);
        add(2, 10, 20, 1, 0);
        assertThat(debt().runs()).isEqualTo(1);
    }

    @Test
    void allLiveBytesOfLevelZeroAreOwedAndDeadOnesNot() {
        add(0, 10, 20, 40, 0);
        add(0, 30, 40, 40, 0.25);
        assertThat(debt().bytes()).isEqualTo(70);
    }

    @Test
    void theLastLevelOwesNothingHoweverLargeItIs() {
        add(1, 10, 20, 90, 0);
        assertThat(debt().bytes()).isZero();
        add(12, 30, 40, 100_000, 0);
        add(12, 50, 60, 100_000, 0);
        assertThat(debt().bytes()).as("level 1 may hold 98 bytes").isZero();
    }

    @Test
    void aLevelAboveTheLastOwesWhatIsBeyondItsTarget() {
        // Of 1,600 live bytes level 1 may hold 100, level 2 200, and level 5 is the last.
        add(1, 10, 20, 150, 0);
        add(2, 10, 20, 220, 0);
        add(3, 10, 20, 30, 0);
        add(5, 10, 20, 1_200, 0);
        assertThat(debt().bytes()).isEqualTo(50 + 20);
        add(1, 30, 40, 500, 1);
        assertThat(debt().bytes()).as("dead bytes weigh nothing").isEqualTo(50 + 20);
    }

    @Test
    void aLevelThatDataOutgrewIsNotTheLastOneAnyMore() {
        add(1, 10, 20, 400, 0);
        // 400 bytes need levels of 100, 200 and 400
        assertThat(debt().bytes()).isEqualTo(300);
    }

    @Test
    void tiersOweTheDeadBytesThatAreMoreThanMayBe() {
        CompactionOptions tiered = OPTIONS.withStrategy(CompactionStrategy.TIERED);
        add(1, 10, 20, 1_000, 0.5);
        add(2, 10, 20, 500, 0);
        assertThat(CompactionDebt.of(runs, tiered.withDeadRowsRatio(0.5)).bytes())
                .isZero();
        assertThat(CompactionDebt.of(runs, tiered.withDeadRowsRatio(0.2)).bytes())
                .as("beside 1,000 live bytes there may be 250 dead ones")
                .isEqualTo(250);
        add(0, 10, 20, 40, 0);
        assertThat(CompactionDebt.of(runs, tiered.withDeadRowsRatio(0.2)).bytes())
                .as("level 0 is owed anyway, and lets the others have 10 dead bytes more")
                .isEqualTo(240 + 40);
    }

    @Test
    void theWorseOfTwoBucketsIsTakenFigureByFigure() {
        CompactionDebt many = new CompactionDebt(7, 10);
        CompactionDebt large = new CompactionDebt(2, 90);

        assertThat(many.max(large)).isEqualTo(large.max(many)).isEqualTo(new CompactionDebt(7, 90));
        assertThat(many.max(CompactionDebt.NONE)).isEqualTo(many);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void randomRunsAreCountedKeyByKey(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            runs.clear();
            for (int i = random.nextInt(30); i > 0; i--) {
                int first = random.nextInt(200);
                add(random.nextInt(3), first, first + random.nextInt(55), random.nextInt(100), random.nextInt(3) / 2.0);
            }
            assertThat(debt().runs()).isEqualTo(mostRunsOverOneKey());
            long levelZero = runs.stream()
                    .filter(run -> run.level() == 0)
                    .mapToLong(RunShape::liveBytes)
                    .sum();
            long aboveLast = runs.stream().mapToLong(RunShape::liveBytes).sum();
            assertThat(debt().bytes()).isBetween(levelZero, aboveLast);
        }
    }

    private int mostRunsOverOneKey() {
        int most = 0;
        for (int at = 0; at < 256; at++) {
            Key key = key(at);
            int holding = (int) runs.stream()
                    .filter(run -> run.level() == 0 && run.keys().contains(key))
                    .count();
            most = Math.max(most, holding);
        }
        return most;
    }

    private CompactionDebt debt() {
        return CompactionDebt.of(runs, OPTIONS);
    }

    private void add(int level, int first, int last, long bytes, double deadShare) {
        runs.add(new RunShape(
                "run" + runs.size(),
                level,
                new KeySpan(key(first), key(last)),
                bytes,
                100,
                Math.round(100 * deadShare)));
    }

    private static Key key(int value) {
        return Key.of(new byte[] {(byte) value});
    }
}
