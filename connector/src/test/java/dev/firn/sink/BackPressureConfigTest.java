package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.firn.compaction.CompactionDebt;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackPressureConfigTest {

    private static final BackPressureConfig CONFIG = new BackPressureConfig(3, 6, 1_000);

    @Test
    void runsSlowDownAndThenStop() {
        assertThat(CONFIG.slows(runs(2))).isFalse();
        assertThat(CONFIG.slows(runs(3))).isTrue();
        assertThat(CONFIG.stops(runs(5))).isFalse();
        assertThat(CONFIG.stops(runs(6))).isTrue();
    }

    @Test
    void bytesStopAndDoNotSlowDown() {
        assertThat(CONFIG.slows(new CompactionDebt(0, 999))).isFalse();
        assertThat(CONFIG.stops(new CompactionDebt(0, 999))).isFalse();
        assertThat(CONFIG.stops(new CompactionDebt(0, 1_000))).isTrue();
    }

    @Test
    void thePauseGrowsWithEachRun() {
        assertThat(CONFIG.pause(runs(3))).isEqualTo(Duration.ofMillis(5));
        assertThat(CONFIG.pause(runs(4))).isEqualTo(Duration.ofMillis(10));
        assertThat(CONFIG.pause(runs(5))).isEqualTo(Duration.ofMillis(15));
    }

    @Test
    void bothLimitsMayBeOne() {
        BackPressureConfig strict = new BackPressureConfig(1, 1, 1);

        assertThat(strict.stops(CompactionDebt.NONE)).isFalse();
        assertThat(strict.stops(runs(1))).isTrue();
    }

    @Test
    void limitsThatHoldNobodyOrEverybodyBackAreRefusedWithARemedy() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BackPressureConfig(0, 6, 1_000))
                .withMessageContaining("slow-down of 1 run or more");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BackPressureConfig(7, 6, 1_000))
                .withMessageContaining("slow down at 7 runs and stop at 6");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BackPressureConfig(3, 6, 0))
                .withMessageContaining("bytes above 0");
    }

    private static CompactionDebt runs(int runs) {
        return new CompactionDebt(runs, 0);
    }
}
