package dev.firn.index;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SortMemoryTest {

    private final SortMemory memory = new SortMemory(1_600);

    @Test
    void aSingleBuildMayTakeAllOfIt() {
        assertThat(memory.take(1_599, 1_599)).isFalse();
        assertThat(memory.take(1, 1_600)).isTrue();
    }

    @Test
    void whenItIsSpentWhoHoldsLittleGoesOnForAWhile() {
        memory.take(1_600, 1_600);

        assertThat(memory.take(99, 99)).isFalse();
        assertThat(memory.take(1, 100)).isTrue();
    }

    @Test
    void whatIsGivenBackCanBeTakenAgain() {
        memory.take(1_600, 1_600);
        memory.giveBack(1_600);

        assertThat(memory.take(1_599, 1_599)).isFalse();
        assertThat(memory.takenBytes()).isEqualTo(1_599);
    }
}
