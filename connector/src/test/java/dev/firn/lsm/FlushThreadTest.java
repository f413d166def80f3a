package dev.firn.lsm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nothing here depends on time: who waits for ever fails by the timeout. */
@Timeout(60)
class FlushThreadTest {

    @Test
    void itKeepsNoProcessAliveAndBearsItsName() throws Exception {
        try (FlushThread thread = FlushThread.start("flushes")) {
            FutureTask<Thread> task = new FutureTask<>(Thread::currentThread);
            thread.execute(task);

            assertThat(task.get().isDaemon()).isTrue();
            assertThat(task.get().getName()).isEqualTo("flushes");
        }
    }

    @Test
    void whoeverClosesItWaitsForWhatItIsAt() throws Exception {
        FlushThread thread = FlushThread.start("flushes");
        CountDownLatch mayEnd = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        thread.execute(() -> {
            try {
                mayEnd.await();
                ended.set(true);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Thread closing = new Thread(thread::close);
        closing.start();
        assertThat(thread.ended()).isZero();
        mayEnd.countDown();
        closing.join();

        assertThat(ended).isTrue();
        assertThat(thread.ended()).isEqualTo(1);
    }
}
