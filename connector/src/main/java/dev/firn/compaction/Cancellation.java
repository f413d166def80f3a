package dev.firn.compaction;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Asks the workers of a job to stop. They look at it all the time, and a worker that waits is woken. Any thread. */
final class Cancellation {

    private final CountDownLatch cancelled = new CountDownLatch(1);

    void cancel() {
        cancelled.countDown();
    }

    boolean isCancelled() {
        return cancelled.getCount() == 0;
    }

    /** @throws CancellationException if the job was cancelled */
    void check() {
        if (isCancelled()) {
            throw new CancellationException("The compaction was cancelled");
        }
    }

    /**
     * Waits.
     *
     * @throws CancellationException as soon as the job is cancelled, or at an interrupt, which is kept
     */
    void sleep(long nanos) {
        try {
            if (cancelled.await(nanos, TimeUnit.NANOSECONDS)) {
                check();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (CancellationException) new CancellationException("The compaction was interrupted").initCause(e);
        }
    }
}
