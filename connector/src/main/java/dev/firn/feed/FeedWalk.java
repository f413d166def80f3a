package dev.firn.feed;

import dev.firn.iceberg.SnapshotStamp;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The planner's steps, taken in Flink's worker thread: the first one finds the start, or what was restored. A step that
 * failed is taken again.
 */
final class FeedWalk implements Callable<@Nullable FeedPlan>, Closeable {

    private final Supplier<FeedPlanner> open;
    private final @Nullable FeedState restored;
    private @Nullable FeedPlanner planner;
    private boolean started;
    private volatile boolean paused;

    /** @param open opens the table */
    FeedWalk(Supplier<FeedPlanner> open, EnumeratorState restored) {
        this.open = open;
        this.restored = restored.feed();
    }

    /** Takes no step until this is called again. Any thread. */
    void pause(boolean now) {
        paused = now;
    }

    /** @return null while paused */
    @Override
    public synchronized @Nullable FeedPlan call() {
        if (!started) {
            FeedPlan first = restored == null ? planner().start() : planner().restore(restored);
            started = true;
            return first;
        }
        return paused ? null : planner().next();
    }

    /** Keeps a consumer's progress in the table. */
    synchronized SnapshotStamp markConsumed(SnapshotStamp read) {
        planner().markConsumed(read);
        return read;
    }

    private FeedPlanner planner() {
        FeedPlanner opened = planner;
        if (opened == null) {
            opened = open.get();
            planner = opened;
        }
        return opened;
    }

    @Override
    public synchronized void close() throws IOException {
        if (planner != null) {
            planner.close();
        }
    }
}
