package dev.firn.e2e;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Something that happens again and again. Thread-safe. */
final class Signal {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private long times;

    synchronized void happened() {
        times++;
        notifyAll();
    }

    /** Looks at a condition again whenever it has happened. */
    void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
        long seen = times();
        while (!condition.getAsBoolean()) {
            seen = awaitMoreThan(seen, deadline);
        }
    }

    private synchronized long times() {
        return times;
    }

    private synchronized long awaitMoreThan(long seen, long deadline) throws InterruptedException {
        while (times == seen) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError("Waited in vain after it happened " + seen + " times");
            }
            wait(left);
        }
        return times;
    }
}
