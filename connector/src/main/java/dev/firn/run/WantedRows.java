package dev.firn.run;

import java.io.Closeable;
import java.io.IOException;
import java.util.function.Supplier;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.CloseableIterator;
import org.jspecify.annotations.Nullable;

/** Goes over wanted rows of one file; it stands ahead of the first one at the start. Rows may be kept. One thread. */
final class WantedRows<T> implements Closeable {

    private final CloseableIterable<T> file;
    private final Supplier<WantedModel<T>> model;
    private final WantedPositions wanted;
    private @Nullable CloseableIterator<T> rows;
    private long position = -1;
    private @Nullable T row;

    /**
     * Opens nothing yet.
     *
     * @param model by which the file is read, once it is open
     */
    WantedRows(CloseableIterable<T> file, Supplier<WantedModel<T>> model, WantedPositions wanted) {
        this.file = file;
        this.model = model;
        this.wanted = wanted;
    }

    /** Goes to the next row; false if there is none. The first call opens the file. */
    boolean next() {
        long target = wanted.from(position + 1);
        if (target >= wanted.end()) {
            row = null;
            return false;
        }
        CloseableIterator<T> open = rows;
        if (open == null) {
            open = file.iterator();
            rows = open;
        }
        while (position < target) {
            if (!open.hasNext()) {
                throw new IllegalStateException("No row at position " + target + ", the last one is at " + position);
            }
            row = open.next();
            position = model.get().position();
        }
        if (position > target) {
            throw new IllegalStateException("The row at position " + target + " was skipped, at " + position);
        }
        return true;
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
        file.close();
    }
}
