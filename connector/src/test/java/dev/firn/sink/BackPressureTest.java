package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.compaction.CompactionDebt;
import dev.firn.compaction.CompactionThreads;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nothing here depends on time: a writer that waits for ever fails by the timeout. */
@Timeout(60)
class BackPressureTest {

    private static final int SLOWDOWN = 3;
    private static final int STOP = 6;
    private static final BackPressureConfig CONFIG = new BackPressureConfig(SLOWDOWN, STOP, 1_000);

    private final CompactionThreads threads = CompactionThreads.on(Runnable::run, 2);
    private final Tree tree = new Tree(threads);
    private BackPressure backPressure = new BackPressure(CONFIG, threads, tree);

    /** A bucket that has the debt it is told, and merges that go on until the test ends them. */
    private static final class Tree implements Backlog {

        private final CompactionThreads threads;
        private volatile CompactionDebt debt = CompactionDebt.NONE;
        private final AtomicInteger mergesWorthIt = new AtomicInteger();
        private final AtomicInteger rounds = new AtomicInteger();
        private final AtomicInteger looks = new AtomicInteger();

        private Tree(CompactionThreads threads) {
            this.threads = threads;
        }

        @Override
        public void compact() {
            rounds.incrementAndGet();
            while (mergesWorthIt.get() > 0 && threads.tryReserve()) {
                mergesWorthIt.decrementAndGet();
            }
        }

        @Override
        public CompactionDebt debt() {
            looks.incrementAndGet();
            return debt;
        }

        @Override
        public String tableName() {
            return "t";
        }
    }

    /** A thread that writes one row. */
    private final class Writing {

        private final AtomicReference<Throwable> problem = new AtomicReference<>();
        private final Thread thread = new Thread(() -> {
            try {
                backPressure.admitRow();
            } catch (InterruptedException | RuntimeException | Error e) {
                problem.set(e);
            }
        });

        private Writing begin() {
            thread.setDaemon(true);
            thread.start();
            return this;
        }

        private void untilItWaits() {
            while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.TIMED_WAITING) {
                assertThat(thread.getState()).as("the writer should wait").isNotEqualTo(Thread.State.TERMINATED);
                spin();
            }
        }

        private void untilItIsThrough() throws InterruptedException {
            thread.join();
            assertThat(problem).hasNullValue();
        }
    }

    @Test
    void rowsAreLetInFreelyBelowBothLimits() throws Exception {
        merging(2);
        owing(SLOWDOWN - 1, 999);
        write(10_000);

        assertThat(backPressure.heldBack()).isZero();
        assertThat(tree.rounds).hasValue(0);
    }

    @Test
    void betweenTheLimitsThereIsAPauseEveryThousandRows() throws Exception {
        merging(1);
        owing(SLOWDOWN, 0);
        write(999);
        assertThat(backPressure.heldBack()).isZero();
        write(1);
        Duration once = backPressure.heldBack();
        assertThat(once).isGreaterThanOrEqualTo(CONFIG.pause(tree.debt));
        write(999);
        assertThat(backPressure.heldBack()).isEqualTo(once);
        write(1);
        assertThat(backPressure.heldBack()).isGreaterThanOrEqualTo(once.plus(CONFIG.pause(tree.debt)));
    }

    @Test
    void aSlowWriterGoesOnAsSoonAsAMergeEnds() throws Exception {
        backPressure = new BackPressure(new BackPressureConfig(1, Integer.MAX_VALUE, 1_000), threads, tree);
        merging(1);
        owing(1_000_000_000, 0);
        write(999);
        Writing thousandth = new Writing().begin();
        thousandth.untilItWaits();
        threads.release();

        thousandth.untilItIsThrough();
    }

    @Test
    void aSlowWriterDoesNotWaitIfNoMergeRuns() throws Exception {
        backPressure = new BackPressure(new BackPressureConfig(1, Integer.MAX_VALUE, 1_000), threads, tree);
        owing(1_000_000_000, 0);
        write(10_000);
    }

    @Test
    void aStoppedWriterGoesOnOnlyWhenMergesHaveMadeRoom() throws Exception {
        merging(2);
        owing(STOP, 0);
        Writing row = new Writing().begin();
        row.untilItWaits();
        // The first merge that ends is another bucket's.
        threads.release();
        untilLooksAre(2);
        row.untilItWaits();
        assertThat(row.thread.isAlive()).isTrue();
        tree.debt = new CompactionDebt(STOP - 1, 999);
        threads.release();

        row.untilItIsThrough();
        assertThat(backPressure.heldBack()).isPositive();
        write(1);
    }

    @Test
    void bytesAloneStopAWriter() throws Exception {
        merging(1);
        owing(0, 1_000);
        Writing row = new Writing().begin();
        row.untilItWaits();
        tree.debt = new CompactionDebt(0, 999);
        threads.release();

        row.untilItIsThrough();
    }

    @Test
    void aStoppedWriterStartsTheMergesThatItWaitsFor() throws Exception {
        tree.mergesWorthIt.set(1);
        owing(STOP, 0);
        Writing row = new Writing().begin();
        row.untilItWaits();
        assertThat(threads.running()).isEqualTo(1);
        tree.debt = CompactionDebt.NONE;
        threads.release();

        row.untilItIsThrough();
    }

    @Test
    void aMergeThatEndsMakesAWayForTheNextOne() throws Exception {
        tree.mergesWorthIt.set(4);
        owing(STOP, 0);
        Writing row = new Writing().begin();
        for (int left = 4; left > 0; left--) {
            row.untilItWaits();
            int looks = tree.looks.get();
            if (left == 1) {
                tree.debt = CompactionDebt.NONE;
            }
            threads.release();
            untilLooksAre(looks + 1);
        }

        row.untilItIsThrough();
        assertThat(tree.mergesWorthIt).hasValue(0);
        assertThat(threads.ended()).isEqualTo(4);
    }

    @Test
    void aWriterIsNotStoppedWhenNoMergeRunsNorCanBeStarted() throws Exception {
        owing(STOP, 0);
        write(5_000);

        assertThat(tree.rounds).as("only a checkpoint changes that").hasValue(1);
    }

    @Test
    void aWriterWhoseLastMergeDidNotHelpGoesOn() throws Exception {
        merging(1);
        owing(STOP, 0);
        Writing row = new Writing().begin();
        row.untilItWaits();
        threads.release();

        row.untilItIsThrough();
        write(5_000);
    }

    @Test
    void aWriterThatWasLetGoIsStoppedAgainWhenACheckpointBringsMergesToWaitFor() throws Exception {
        owing(STOP, 0);
        write(1);
        merging(1);
        backPressure.look();
        Writing row = new Writing().begin();
        row.untilItWaits();
        threads.release();

        row.untilItIsThrough();
    }

    @Test
    void anEndedMergeIsNoticedAtTheNextRow() throws Exception {
        merging(1);
        owing(STOP - 1, 0);
        write(1);
        tree.mergesWorthIt.set(1);
        tree.debt = CompactionDebt.NONE;
        threads.release();
        write(10_000);

        assertThat(threads.running()).as("the next one was started").isEqualTo(1);
        assertThat(tree.rounds).hasValue(1);
        assertThat(backPressure.heldBack()).isZero();
    }

    @Test
    void aStoppedWriterIsInterruptedAtOnce() throws Exception {
        merging(1);
        owing(STOP, 0);
        Writing row = new Writing().begin();
        row.untilItWaits();
        row.thread.interrupt();
        row.thread.join();

        assertThat(row.problem.get()).isInstanceOf(InterruptedException.class);
        assertThat(threads.running()).isEqualTo(1);
        assertThat(backPressure.heldBack()).isPositive();
    }

    @Test
    void aSlowWriterIsInterruptedAtOnce() throws Exception {
        backPressure = new BackPressure(new BackPressureConfig(1, Integer.MAX_VALUE, 1_000), threads, tree);
        merging(1);
        owing(1_000_000_000, 0);
        write(999);
        Writing row = new Writing().begin();
        row.untilItWaits();
        row.thread.interrupt();
        row.thread.join();

        assertThat(row.problem.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void theTimeHeldBackGrowsWhileTheWriterWaits() throws Exception {
        merging(1);
        owing(STOP, 0);
        Writing row = new Writing().begin();
        row.untilItWaits();
        Duration before = backPressure.heldBack();
        while (backPressure.heldBack().compareTo(before) <= 0) {
            spin();
        }
        tree.debt = CompactionDebt.NONE;
        threads.release();
        row.untilItIsThrough();
        Duration after = backPressure.heldBack();

        write(1_000);
        assertThat(backPressure.heldBack()).isEqualTo(after).isGreaterThan(before);
    }

    private void merging(int merges) {
        for (int i = 0; i < merges; i++) {
            assertThat(threads.tryReserve()).isTrue();
        }
    }

    /** As a checkpoint finds it. */
    private void owing(int runs, long bytes) {
        tree.debt = new CompactionDebt(runs, bytes);
        backPressure.look();
    }

    private void write(int rows) throws InterruptedException {
        for (int row = 0; row < rows; row++) {
            backPressure.admitRow();
        }
    }

    private void untilLooksAre(int looks) {
        while (tree.looks.get() < looks) {
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
