package dev.firn.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

class UpcomingPositionsTest {

    private static final int ROWS = 2_000;

    @Test
    void areAllThatTheSourceHasBelowTheEnd() {
        Random random = new Random(5);
        for (double share : new double[] {0, 0.01, 0.5, 1}) {
            BitSet wanted = new BitSet();
            for (int i = 0; i < ROWS; i++) {
                wanted.set(i, random.nextDouble() < share);
            }
            for (int from : new int[] {0, 1, 255, 256, ROWS - 1, ROWS}) {
                for (int end : new int[] {from, Math.min(from + 256, ROWS), ROWS}) {
                    List<Long> expected = wanted.stream()
                            .filter(position -> position >= from && position < end)
                            .mapToObj(position -> (long) position)
                            .toList();
                    assertThat(taken(new UpcomingPositions(from, end, in(wanted)), end))
                            .as("%s of %s from %s to %s", share, ROWS, from, end)
                            .isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void stayAtTheEnd() {
        UpcomingPositions positions = new UpcomingPositions(0, 2, position -> position);
        assertThat(positions.take()).isZero();
        assertThat(positions.current()).isEqualTo(1);
        assertThat(positions.take()).isEqualTo(1);
        assertThat(positions.take()).isEqualTo(2);
        assertThat(positions.take()).isEqualTo(2);
        assertThat(positions.current()).isEqualTo(2);
    }

    private static LongUnaryOperator in(BitSet wanted) {
        return position -> {
            int next = wanted.nextSetBit((int) position);
            return next < 0 ? Long.MAX_VALUE : next;
        };
    }

    private static List<Long> taken(UpcomingPositions positions, long end) {
        List<Long> taken = new ArrayList<>();
        while (positions.current() < end) {
            taken.add(positions.take());
        }
        return taken;
    }
}
