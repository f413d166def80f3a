package dev.firn.sink;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does chores beside the commits, now and then, on a thread of its own. If one fails, commits go on and it is tried
 * again at its next turn. Called by one thread; counters are read by any.
 */
final class Housekeeping implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final long CLOSE_SECONDS = 30;

    private final List<Turn> turns;
    private final ExecutorService thread;
    private final InstantSource clock;
    private final LongAdder failures = new LongAdder();

    /**
     * Something to do now and then.
     *
     * @param name in the log: what cannot be done
     * @param interval between two times; the first one comes so long after the start
     * @param work by one thread at a time
     * @param resource of the work, closed with the housekeeping
     */
    record Chore(String name, Duration interval, Runnable work, Closeable resource) {}

    /** When a chore was begun last, and whether it still runs. */
    private static final class Turn {

        private final Chore chore;
        private final AtomicBoolean running = new AtomicBoolean();
        private Instant last;

        Turn(Chore chore, Instant start) {
            this.chore = chore;
            this.last = start;
        }
    }

    /** @param thread of this alone, ended with it */
    Housekeeping(List<Chore> chores, ExecutorService thread, InstantSource clock) {
        Instant start = clock.instant();
        this.turns = chores.stream().map(chore -> new Turn(chore, start)).toList();
        this.thread = thread;
        this.clock = clock;
    }

    /** Starts the chores whose time has come, and that are not running. */
    void afterCommit() {
        Instant now = clock.instant();
        for (Turn turn : turns) {
            if (!now.isBefore(turn.last.plus(turn.chore.interval())) && turn.running.compareAndSet(false, true)) {
                turn.last = now;
                thread.execute(() -> run(turn));
            }
        }
    }

    private void run(Turn turn) {
        try {
            turn.chore.work().run();
        } catch (RuntimeException e) {
            failures.increment();
            LOG.warn("{} failed; it is tried again in {}", turn.chore.name(), turn.chore.interval(), e);
        } finally {
            turn.running.set(false);
        }
    }

    long failures() {
        return failures.sum();
    }

    /** Waits for what is running, since what it does not delete any more would be left behind. */
    @Override
    public void close() throws IOException {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
        for (Turn turn : turns) {
            turn.chore.resource().close();
        }
    }
}
