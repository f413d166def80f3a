package dev.firn.run;

import java.io.Closeable;
import java.io.IOException;
import java.util.function.Supplier;
import org.apache.iceberg.io.CloseableIterator;
import org.jspecify.annotations.Nullable;

/** Goes over wanted rows of one file; it stands ahead of the first one at the start. Rows may be kept. One thread. */
final class WantedRows<T> implements Closeable {

    private final Supplier<Open<T>> file;
    private final WantedPositions wanted;
    private @Nullable Open<T> open;
    private long position = -1;
    private @Nullable T row;

    /**
     * A file's rows, at least the wanted ones.
     *
     * @param model by which they are read
     */
    record Open<T>(CloseableIterator<T> rows, WantedModel<T> model) {}

    /** @param file opens the file when its first row is asked for */
    WantedRows(Supplier<Open<T>> file, WantedPositions wanted) {
        this.file = file;
        this.wanted = wanted;
    }

    /** Goes to the next row; false if there is none. The first call opens the file. */
    boolean next() {
        Open<T> from = open == null ? open() : open;
        if (from == null || from.model().nextWanted() >= wanted.end()) {
            row = null;
            return false;
        }
        long target = from.model().nextWanted();
        while (position < target) {
            if (!from.rows().hasNext()) {
                throw new IllegalStateException("No row at position " + target + ", the last one is at " + position);
            }
            row = from.rows().next();
            position = from.model().position();
        }
        if (position > target) {
            throw new IllegalStateException("The row at position " + target + " was skipped, at " + position);
        }
        return true;
    }

    /** Null, and nothing is opened, if no row is wanted. */
    private @Nullable Open<T> open() {
        if (wanted.from(0) < wanted.end()) {
            open = file.get();
        }
        return open;
    }

    /** The row that this stands at, after {@link #next}. */
    T row() {
        if (row == null) {
            throw new IllegalStateException("At no row");
        }
        return row;
    }

    /** Of the row that this stands at, or stood at last; -1 ahead of the first one. */
    long position() {
        return position;
    }

    @Override
    public void close() throws IOException {
        if (open != null) {
            open.rows().close();
        }
    }
}
