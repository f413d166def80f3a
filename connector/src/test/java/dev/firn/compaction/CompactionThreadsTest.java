package dev.firn.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nothing here depends on time: who waits for ever fails by the timeout. */
@Timeout(60)
class CompactionThreadsTest {

    private static final Duration FOR_EVER = Duration.ofDays(1_000);

    private final CompactionThreads threads = CompactionThreads.start("merges", 2);

    @AfterEach
    void close() {
        threads.close();
    }

    @Test
    void thereAreAsManyPlacesAsThreads() {
        assertThat(threads.areBusy()).isFalse();
        assertThat(threads.tryReserve()).isTrue();
        assertThat(threads.tryReserve()).isTrue();
        assertThat(threads.running()).isEqualTo(2);
        assertThat(threads.areBusy()).isTrue();
        assertThat(threads.tryReserve()).isFalse();
        threads.release();
        assertThat(threads.ended()).isEqualTo(1);
        assertThat(threads.tryReserve()).isTrue();
    }

    @Test
    void nobodyWaitsWhenNothingRuns() throws Exception {
        threads.awaitEnd(threads.ended());
        threads.awaitEnd(threads.ended(), FOR_EVER);
    }

    @Test
    void nobodyWaitsForAnEndThatHasBeen() throws Exception {
        threads.tryReserve();
        threads.tryReserve();
        long counted = threads.ended();
        threads.release();

        threads.awaitEnd(counted);
        threads.awaitEnd(counted, FOR_EVER);
        assertThat(threads.running()).isEqualTo(1);
    }

    @Test
    void theNextEndWakesWhoeverWaits() throws Exception {
        threads.tryReserve();
        threads.tryReserve();
        FutureTask<Boolean> patient = waiting(() -> threads.awaitEnd(0));
        FutureTask<Boolean> impatient = waiting(() -> threads.awaitEnd(0, FOR_EVER));
        assertThat(patient.isDone()).isFalse();
        assertThat(impatient.isDone()).isFalse();
        threads.release();

        assertThat(patient.get()).isFalse();
        assertThat(impatient.get()).isFalse();
    }

    @Test
    void aLimitedWaitEndsWhileMergesRun() throws Exception {
        threads.tryReserve();
        threads.awaitEnd(0, Duration.ofMillis(1));
        assertThat(threads.running()).isEqualTo(1);
    }

    @Test
    void whoeverWaitsCanBeInterrupted() throws Exception {
        threads.tryReserve();
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread thread = new Thread(() -> {
            try {
                threads.awaitEnd(0);
            } catch (InterruptedException e) {
                interrupted.set(true);
            }
        });
        thread.start();
        untilItWaits(thread);
        thread.interrupt();
        thread.join();

        assertThat(interrupted).isTrue();
    }

    @Test
    void whoeverDrainsWaitsForAllMergesAndNoneIsBegunAnyMore() throws Exception {
        threads.tryReserve();
        threads.tryReserve();
        FutureTask<Boolean> draining = waiting(threads::drain);
        assertThat(threads.areBusy()).isTrue();
        threads.release();
        assertThat(threads.tryReserve()).isFalse();
        assertThat(draining.isDone()).isFalse();
        threads.release();

        assertThat(draining.get()).isFalse();
        assertThat(threads.tryReserve()).isFalse();
    }

    @Test
    void whoeverClosesWaitsForWhatStillRuns() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        threads.executor().execute(() -> {
            begun.countDown();
            try {
                ended.set(mayEnd.await(1, TimeUnit.HOURS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        begun.await();
        Thread closing = new Thread(threads::close);
        closing.start();
        untilItWaits(closing);
        assertThat(ended).isFalse();
        mayEnd.countDown();
        closing.join();

        assertThat(ended).isTrue();
    }

    @Test
    void threadsKeepNoProcessAliveAndBearTheirName() throws Exception {
        FutureTask<Thread> task = new FutureTask<>(Thread::currentThread);
        threads.executor().execute(task);

        assertThat(task.get().isDaemon()).isTrue();
        assertThat(task.get().getName()).isEqualTo("merges-1");
    }

    private interface Wait {
        void begin() throws InterruptedException;
    }

    /** @return whether it was interrupted */
    private static FutureTask<Boolean> waiting(Wait wait) {
        FutureTask<Boolean> task = new FutureTask<>(() -> {
            try {
                wait.begin();
                return false;
            } catch (InterruptedException e) {
                return true;
            }
        });
        Thread thread = new Thread(task);
        thread.start();
        untilItWaits(thread);
        return task;
    }

    private static void untilItWaits(Thread thread) {
        while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.TIMED_WAITING) {
            assertThat(thread.getState()).as("it should wait").isNotEqualTo(Thread.State.TERMINATED);
            spin();
        }
    }

    /** For a moment, unless the test has timed out. */
    private static void spin() {
        if (Thread.currentThread().isInterrupted()) {
            throw new AssertionError("What is waited for does not come");
        }
        Thread.onSpinWait();
    }
}
