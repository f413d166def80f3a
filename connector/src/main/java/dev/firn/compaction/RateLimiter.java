package dev.firn.compaction;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds back all jobs that share it, so that together they read and write no more than so many bytes a second. A token
 * bucket that holds a tenth of a second: who takes more than is there waits until it would be. It can also hold them
 * back altogether, for a while. Any thread.
 */
public final class RateLimiter {

    private static final double NANOS_PER_SECOND = 1e9;
    private static final long BURST_NANOS = 100_000_000;

    static final long STEP_NANOS = 2_000_000;

    /** Five seconds. What takes longer is no matter of the processors that merges leave to it. */
    static final int MOST_STEPS = 2_500;

    private final double nanosPerByte;
    private final LongSupplier nanoTime;
    private final Waiting waiting;

    /** Who holds the jobs back; null if nobody does. */
    private volatile @Nullable Thread holder;

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

    /** Waits only when it is told to hold. */
    public static RateLimiter unlimited() {
        return ofBytesPerSecond(Long.MAX_VALUE);
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
     * Jobs wait at their next row, read or write, until they may go on, or so long that nobody is helped by it; but not
     * those that the calling thread carries out itself.
     */
    public void hold() {
        holder = Thread.currentThread();
    }

    public void goOn() {
        holder = null;
    }

    private boolean isHeld() {
        Thread now = holder;
        return now != null && now != Thread.currentThread();
    }

    /**
     * Waits while jobs are held back.
     *
     * @throws java.util.concurrent.CancellationException as soon as the job is cancelled
     */
    void giveWay(Cancellation cancellation) {
        cancellation.check();
        int steps = 0;
        while (isHeld()) {
            if (steps == MOST_STEPS) {
                goOn();
                return;
            }
            waiting.sleep(STEP_NANOS, cancellation);
            steps++;
        }
    }

    /**
     * Pays for bytes that were read or are about to be written.
     *
     * @throws java.util.concurrent.CancellationException as soon as the job is cancelled
     */
    void take(long bytes, Cancellation cancellation) {
        giveWay(cancellation);
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
