package dev.firn.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ComparedBytesTest {

    private static final int MAX_BYTES = 20;

    @Test
    void isThatOfUnsignedBytesWhateverTheirNumber() {
        Random random = new Random(8);
        for (int left = 0; left <= MAX_BYTES; left++) {
            for (int right = 0; right <= MAX_BYTES; right++) {
                for (int round = 0; round < 50; round++) {
                    compareLikeBytes(random, left, right);
                }
            }
        }
    }

    /** Of two ranges with a common beginning, anywhere in their arrays. */
    private static void compareLikeBytes(Random random, int leftLength, int rightLength) {
        byte[] left = new byte[3 * MAX_BYTES];
        byte[] right = new byte[3 * MAX_BYTES];
        random.nextBytes(left);
        random.nextBytes(right);
        int leftFrom = random.nextInt(MAX_BYTES);
        int rightFrom = random.nextInt(MAX_BYTES);
        int common = random.nextInt(1 + Math.min(leftLength, rightLength));
        System.arraycopy(left, leftFrom, right, rightFrom, common);

        assertThat(Integer.signum(KeyOrder.compare(
                        left, leftFrom, leftFrom + leftLength, right, rightFrom, rightFrom + rightLength)))
                .isEqualTo(Integer.signum(Arrays.compareUnsigned(
                        left, leftFrom, leftFrom + leftLength, right, rightFrom, rightFrom + rightLength)));
    }
}
