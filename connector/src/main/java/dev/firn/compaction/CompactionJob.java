package dev.firn.compaction;

import dev.firn.dv.LiveRun;
import dev.firn.index.RunStore;
import dev.firn.key.Key;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * A running merge of runs, in the background. It ends as a whole: with a result, or leaving no file behind. Any thread.
 */
public final class CompactionJob {

    private final List<LiveRun> inputs;

    private final RunStore.Storage store;

    private CompactionJob(List<LiveRun> inputs, RunStore.Storage store) {
        this.store = store;
        this.inputs = List.copyOf(inputs);
    }

    /**
     * Starts a job.
     *
     * @param inputs committed files, or pending ones of one checkpoint, that nobody else is compacting
     * @param level of the outputs
     * @param cuts strictly ascending keys at which the work is divided among workers; empty for one worker
     * @param executor runs one task for each worker
     */
    public static CompactionJob start(
            Compactor compactor, List<LiveRun> inputs, int level, List<Key> cuts, Executor executor) {
        return new CompactionJob(inputs, compactor.store().storage());
    }

    public List<LiveRun> inputs() {
        return inputs;
    }

    /** Whether all workers have ended, well or not, and whatever they gave up has been deleted. */
    public boolean isDone() {
        return false;
    }

    /**
     * What came out.
     *
     * @throws IllegalStateException if the job is not done
     * @throws java.util.concurrent.CancellationException if it was cancelled
     * @throws IOException if it failed
     */
    public CompactionResult result() throws IOException {
        if (inputs.isEmpty()) {
            throw new IOException();
        }
        return new CompactionResult(inputs, MergedRuns.NONE, store);
    }

    /**
     * Asks the workers to stop, and returns at once. They delete what they wrote when they notice, then the job is
     * done.
     *
     * @return false if the job was done before: the files of its result, if it has one, are the caller's to discard
     */
    public boolean cancel() {
        return true;
    }

    /** Runs an action when the job is done, on a worker's thread, or at once if it is done already. */
    public void whenDone(Runnable action) {}
}
