package dev.firn.compaction;

import java.util.function.LongSupplier;

/**
 * Holds back all jobs that share it, so that together they read and write no more than so many bytes a second. A token
 * bucket that holds a tenth of a second: who takes more than is there waits until it would be. Any thread.
 */
public final class RateLimiter {

    /** Never waits. */
    public static final RateLimiter UNLIMITED = new RateLimiter(Long.MAX_VALUE, () -> 0, (nanos, cancellation) -> {});

    private static final double NANOS_PER_SECOND = 1e9;
    private static final long BURST_NANOS = 100_000_000;

    private final double nanosPerByte;
    private final LongSupplier nanoTime;
    private final Waiting waiting;

    /** When everything taken so far is paid for, in the time of {@link #nanoTime}. */
    private double paidAt;

    /** How time is let pass. */
    @FunctionalInterface
    interface Waiting {
        void sleep(long nanos, Cancellation cancellation);
    }

    RateLimiter(long bytesPerSecond, LongSupplier nanoTime, Waiting waiting) {
        this.nanosPerByte = bytesPerSecond == Long.MAX_VALUE ? 0 : NANOS_PER_SECOND / bytesPerSecond;
        this.nanoTime = nanoTime;
        this.waiting = waiting;
        this.paidAt = nanoTime.getAsLong();
    }

    /** @throws IllegalArgumentException if the rate is not positive */
    public static RateLimiter ofBytesPerSecond(long bytesPerSecond) {
        if (bytesPerSecond <= 0) {
            throw new IllegalArgumentException(
                    "A rate limit must be positive: " + bytesPerSecond + " bytes per second. Leave it out for none");
        }
        return new RateLimiter(bytesPerSecond, System::nanoTime, (nanos, cancellation) -> cancellation.sleep(nanos));
    }

    /**
     * Pays for bytes that were read or are about to be written.
     *
     * @throws java.util.concurrent.CancellationException as soon as the job is cancelled
     */
    void take(long bytes, Cancellation cancellation) {
        cancellation.check();
        long nanos = debtAfter(bytes);
        if (nanos > 0) {
            waiting.sleep(nanos, cancellation);
        }
    }

    private synchronized long debtAfter(long bytes) {
        if (nanosPerByte == 0) {
            return 0;
        }
        long now = nanoTime.getAsLong();
        paidAt = Math.max(paidAt, (double) now - BURST_NANOS) + bytes * nanosPerByte;
        return (long) Math.ceil(paidAt - now);
    }
}
