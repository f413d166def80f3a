package dev.firn.compaction;

import dev.firn.dv.LiveRun;
import dev.firn.key.Key;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import org.apache.iceberg.exceptions.NotFoundException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running merge of runs, in the background. It ends as a whole: with a result, or leaving no file behind. Any thread.
 */
public final class CompactionJob {

    private static final Logger LOG = LoggerFactory.getLogger(CompactionJob.class);

    private final List<LiveRun> inputs;
    private final Cancellation cancellation = new Cancellation();
    private final Meter meter;
    private final Compactor compactor;

    // Guarded by this, all of them.
    private final List<@Nullable MergedRuns> parts;
    private int running;
    private @Nullable Throwable failure;
    private @Nullable CompactionResult result;
    private boolean done;
    private final List<Runnable> listeners = new ArrayList<>();

    private CompactionJob(Compactor compactor, List<LiveRun> inputs, int workers) {
        this.inputs = List.copyOf(inputs);
        this.meter = new Meter(compactor.limiter(), cancellation);
        this.compactor = compactor.meteredBy(meter);
        this.parts = new ArrayList<>(Collections.nCopies(workers, null));
        this.running = workers;
    }

    /**
     * Starts a job.
     *
     * @param inputs committed files, or pending ones of one checkpoint, that nobody else is compacting
     * @param level of the outputs
     * @param cuts strictly ascending keys at which the work is divided among workers; empty for one worker
     * @param executor runs one task for each worker; if it refuses one, the job fails
     */
    public static CompactionJob start(
            Compactor compactor, List<LiveRun> inputs, int level, List<Key> cuts, Executor executor) {
        List<KeyRange> ranges = KeyRange.between(cuts);
        CompactionJob job = new CompactionJob(compactor, inputs, ranges.size());
        for (int i = 0; i < ranges.size(); i++) {
            int part = i;
            try {
                executor.execute(() -> job.work(part, level, ranges.get(part)));
            } catch (RuntimeException e) {
                job.fail(e);
                job.end();
            }
        }
        return job;
    }

    public List<LiveRun> inputs() {
        return inputs;
    }

    /** Whether all workers have ended, well or not, and whatever they gave up has been deleted. */
    public synchronized boolean isDone() {
        return done;
    }

    /**
     * What came out.
     *
     * @throws IllegalStateException if the job is not done, or failed by a bug
     * @throws CancellationException if it was cancelled
     * @throws IOException if it failed because files could not be read or written
     */
    public synchronized CompactionResult result() throws IOException {
        if (!done) {
            throw new IllegalStateException("The compaction is still running");
        }
        if (result != null) {
            return result;
        }
        String message =
                "The compaction of " + inputs.stream().map(LiveRun::location).toList() + " gave no result: " + failure;
        if (failure instanceof CancellationException) {
            throw (CancellationException) new CancellationException(message).initCause(failure);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException || cause instanceof NotFoundException) {
                throw new IOException(message, failure);
            }
        }
        throw new IllegalStateException(message, failure);
    }

    /**
     * Asks the workers to stop, and returns at once. They delete what they wrote when they notice, then the job is
     * done.
     *
     * @return whether the job ends without a result; false if it has one already, whose files are the caller's
     */
    public synchronized boolean cancel() {
        cancellation.cancel();
        return result == null;
    }

    /**
     * Runs an action when the job is done, on a worker's thread, or at once if it is done already. It must not throw.
     */
    public void whenDone(Runnable action) {
        synchronized (this) {
            if (!done) {
                listeners.add(action);
                return;
            }
        }
        tell(action);
    }

    private void work(int part, int level, KeyRange range) {
        try {
            meter.check();
            MergedRuns merged = new RangeMerge(compactor, meter).run(inputs, level, range);
            synchronized (this) {
                parts.set(part, merged);
            }
        } catch (IOException | RuntimeException | Error e) {
            fail(e);
        } finally {
            end();
        }
    }

    private synchronized void fail(Throwable problem) {
        if (failure == null) {
            // Whatever a library made of it.
            boolean consequence = cancellation.isCancelled() && !(problem instanceof CancellationException);
            failure = consequence ? new CancellationException("Cancelled").initCause(problem) : problem;
        }
        cancellation.cancel();
    }

    private void end() {
        MergedRuns merged = MergedRuns.NONE;
        boolean failed;
        synchronized (this) {
            running--;
            if (running > 0) {
                return;
            }
            for (MergedRuns part : parts) {
                merged = part == null ? merged : merged.and(part);
            }
            if (failure == null && cancellation.isCancelled()) {
                failure = new CancellationException("Cancelled after the last row was merged");
            }
            failed = failure != null;
            if (!failed) {
                result = new CompactionResult(
                        inputs, merged, meter.bytesRead(), compactor.store().storage());
            }
        }
        if (failed) {
            merged.delete(compactor.store().storage());
        }
        List<Runnable> toRun;
        synchronized (this) {
            done = true;
            toRun = List.copyOf(listeners);
        }
        toRun.forEach(CompactionJob::tell);
    }

    private static void tell(Runnable listener) {
        try {
            listener.run();
        } catch (RuntimeException e) {
            LOG.warn("What was to happen at the end of a compaction failed", e);
        }
    }
}
