package dev.firn.lsm;

import dev.firn.dv.PositionSet;
import dev.firn.index.RunStore;
import dev.firn.key.Key;
import dev.firn.run.RunFile;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A frozen buffer on its way into run files of level 0, on the first thread that turns to it. It ends as a whole: with
 * what was flushed, or leaving no file behind. Any thread.
 */
final class BufferFlush implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(BufferFlush.class);

    private final MemTable frozen;
    private final Levels levels;
    private final RunStore store;

    /** Guarded by this as well, when it is set. */
    private volatile boolean givenUp;

    // Guarded by this, all of them; volatile for who looks often.
    private volatile boolean begun;
    private volatile boolean done;
    private @Nullable Flushed flushed;
    private @Nullable Throwable failure;

    /**
     * What came out.
     *
     * @param superseded positions that were live in the levels, by file location
     * @param nanos that it took
     */
    record Flushed(List<RunFile> written, Map<String, PositionSet> superseded, List<Key> deletedKeys, long nanos) {}

    /**
     * A flush that nobody has begun yet.
     *
     * @param frozen not changed any more
     * @param levels where the rows are looked for that it supersedes
     */
    BufferFlush(MemTable frozen, Levels levels, RunStore store) {
        this.frozen = frozen;
        this.levels = levels;
        this.store = store;
    }

    /** The same buffer on another picture of the bucket. */
    BufferFlush anewOn(Levels others) {
        return new BufferFlush(frozen, others, store);
    }

    /** Heap of the frozen buffer. */
    long bytes() {
        return frozen.bytes();
    }

    int rows() {
        return frozen.size();
    }

    /** Flushes, unless somebody has begun to. */
    @Override
    public void run() {
        if (begun || !begin()) {
            return;
        }
        try {
            end(flush(), null);
        } catch (IOException | RuntimeException | Error e) {
            end(null, e);
        }
    }

    private synchronized boolean begin() {
        boolean first = !begun;
        begun = true;
        return first;
    }

    private Flushed flush() throws IOException {
        long start = System.nanoTime();
        SortedChanges changes = frozen.sorted();
        Map<String, PositionSet> superseded =
                Superseded.by(changes, levels, store.storage().indexes());
        List<Key> deletedKeys = changes.deletedKeys();
        List<RunFile> written = RunFlush.write(store, changes, () -> givenUp);
        return new Flushed(written, superseded, deletedKeys, System.nanoTime() - start);
    }

    private void end(@Nullable Flushed result, @Nullable Throwable problem) {
        boolean unwanted;
        synchronized (this) {
            unwanted = givenUp && result != null;
            flushed = unwanted ? null : result;
            failure = unwanted ? new CancellationException("The flush was given up") : problem;
            done = true;
            notifyAll();
        }
        if (unwanted) {
            delete(result);
        }
    }

    boolean isDone() {
        return done;
    }

    /**
     * Flushes if nobody has begun to, else waits for it. May be asked again.
     *
     * @throws RuntimeException what made the flush fail, as it was thrown, and likewise of any other kind
     */
    Flushed await() throws IOException, InterruptedException {
        run();
        synchronized (this) {
            while (!done) {
                wait();
            }
            if (failure instanceof IOException problem) {
                throw problem;
            }
            if (failure instanceof RuntimeException problem) {
                throw problem;
            }
            if (failure instanceof Error problem) {
                throw problem;
            }
            return Objects.requireNonNull(flushed);
        }
    }

    /** Whatever was written is deleted: now, or when the thread that is at it notices. */
    void giveUp() {
        Flushed unwanted;
        synchronized (this) {
            givenUp = true;
            unwanted = flushed;
            flushed = null;
            if (!begun || unwanted != null) {
                begun = true;
                done = true;
                failure = new CancellationException("The flush was given up");
                notifyAll();
            }
        }
        delete(unwanted);
    }

    private void delete(@Nullable Flushed unwanted) {
        if (unwanted == null) {
            return;
        }
        try {
            RunFlush.delete(store, unwanted.written());
        } catch (RuntimeException e) {
            LOG.warn("Files of a flush that was given up are left behind: {}", unwanted.written(), e);
        }
    }
}
