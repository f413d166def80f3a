package dev.firn.index;

import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.apache.iceberg.DataFile;
import org.jspecify.annotations.Nullable;

/** The index of one data file on its way, on the first thread that turns to it. Any thread. */
final class IndexLoad {

    private final DataFile file;
    private final Consumer<DataFile> loading;
    private boolean begun;

    // Set before it is done, and not changed any more.
    private @Nullable Throwable failure;
    private volatile boolean done;

    /** @param loading opens or builds the index, and may be called from any thread */
    IndexLoad(DataFile file, Consumer<DataFile> loading) {
        this.file = file;
        this.loading = loading;
    }

    DataFile file() {
        return file;
    }

    /** Whether it is the caller's to {@link #carryOut}. */
    synchronized boolean begin() {
        boolean first = !begun;
        begun = true;
        return first;
    }

    /** By whoever has begun it. Does not throw. */
    void carryOut() {
        try {
            loading.accept(file);
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        done = true;
    }

    /** By whoever has begun it, who will not do it. */
    void giveUp() {
        failure = new CancellationException("The index of " + file.location() + " is not wanted any more");
        done = true;
    }

    boolean isDone() {
        return done;
    }

    boolean hasFailed() {
        return done && failure != null;
    }

    /** What {@link #hasFailed} tells of. */
    Throwable failure() {
        return Objects.requireNonNull(failure);
    }
}
