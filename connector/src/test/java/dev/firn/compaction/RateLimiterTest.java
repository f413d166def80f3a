package dev.firn.compaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class RateLimiterTest {

    private static final long SECOND = 1_000_000_000;

    private final Cancellation cancellation = new Cancellation();
    private long now;
    private long slept;

    private RateLimiter limiter(long bytesPerSecond) {
        return new RateLimiter(bytesPerSecond, () -> now, (nanos, by) -> {
            now += nanos;
            slept += nanos;
        });
    }

    @Test
    void manyTakesTogetherKeepTheRate() {
        RateLimiter limiter = limiter(1_000_000);
        Random random = new Random(1);
        long taken = 0;
        for (int i = 0; i < 1_000; i++) {
            int bytes = random.nextInt(10_000);
            limiter.take(bytes, cancellation);
            taken += bytes;
            now += random.nextInt(1_000_000);
        }
        assertThat(taken * 1_000).isBetween(now - SECOND / 10, now + SECOND / 10 + 1_000_000);
        assertThat(slept).isPositive();
    }

    @Test
    void whoTakesMoreThanIsThereWaitsForTheRestAlone() {
        RateLimiter limiter = limiter(1_000);
        now += SECOND;

        limiter.take(100, cancellation);
        assertThat(slept).isZero();
        limiter.take(500, cancellation);
        assertThat(slept).isEqualTo(SECOND / 2);
    }

    @Test
    void timeThatWasNotUsedIsNotSavedUp() {
        RateLimiter limiter = limiter(1_000);
        now += 3_600 * SECOND;
        limiter.take(1_100, cancellation);

        assertThat(slept).isEqualTo(SECOND);
    }

    @Test
    void withoutALimitNobodyWaits() {
        RateLimiter.unlimited().take(Long.MAX_VALUE, cancellation);
        RateLimiter.unlimited().take(Long.MAX_VALUE, cancellation);
    }

    @Test
    void whoIsCancelledTakesNothing() {
        cancellation.cancel();
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> limiter(1).take(1_000, cancellation));
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> RateLimiter.unlimited().take(1, cancellation));
        assertThat(slept).isZero();
    }

    @Test
    void anInterruptEndsTheWaitAndIsKept() {
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> cancellation.sleep(3_600 * SECOND));
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void whoIsHeldBackWaitsUntilHeMayGoOn() throws Exception {
        List<Long> steps = new ArrayList<>();
        RateLimiter[] limiter = new RateLimiter[1];
        limiter[0] = new RateLimiter(Long.MAX_VALUE, () -> now, (nanos, by) -> {
            steps.add(nanos);
            if (steps.size() == 3) {
                limiter[0].goOn();
            }
        });
        limiter[0].giveWay(cancellation);
        limiter[0].take(1, cancellation);
        assertThat(steps).isEmpty();
        holdElsewhere(limiter[0]);
        limiter[0].take(1, cancellation);

        assertThat(steps).hasSize(3);
        limiter[0].giveWay(cancellation);
        assertThat(steps).hasSize(3);
    }

    @Test
    void nobodyIsHeldBackForEver() throws Exception {
        RateLimiter limiter = limiter(Long.MAX_VALUE);
        holdElsewhere(limiter);
        limiter.giveWay(cancellation);
        assertThat(slept).isEqualTo(RateLimiter.MOST_STEPS * RateLimiter.STEP_NANOS);
        limiter.giveWay(cancellation);
        assertThat(slept).as("only once").isEqualTo(RateLimiter.MOST_STEPS * RateLimiter.STEP_NANOS);
    }

    @Test
    void aJobThatIsHeldBackCanBeCancelled() throws Exception {
        RateLimiter limiter = new RateLimiter(Long.MAX_VALUE, () -> now, (nanos, by) -> {
            by.cancel();
            by.sleep(nanos);
        });
        holdElsewhere(limiter);

        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> limiter.giveWay(cancellation));
    }

    @Test
    void whoHoldsOthersBackDoesNotWaitForItself() {
        RateLimiter limiter = limiter(Long.MAX_VALUE);
        limiter.hold();
        limiter.take(1, cancellation);

        assertThat(slept).isZero();
    }

    private static void holdElsewhere(RateLimiter limiter) throws InterruptedException {
        Thread other = new Thread(limiter::hold);
        other.start();
        other.join();
    }

    @Test
    void aRateOfNothingIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> RateLimiter.ofBytesPerSecond(0));
        RateLimiter.ofBytesPerSecond(1_000_000).take(1, cancellation);
    }
}
