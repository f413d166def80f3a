package dev.firn.run;

import java.io.Closeable;
import java.io.IOException;
import java.util.function.UnaryOperator;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/**
 * Goes over wanted rows of one file in file order; it stands ahead of the first one at the start. Rows may be kept. One
 * thread.
 */
public final class ImageRows implements Closeable {

    private final WantedRows<RowData> rows;
    private final UnaryOperator<RowData> narrow;
    private @Nullable RowData row;

    ImageRows(WantedRows<RowData> rows, UnaryOperator<RowData> narrow) {
        this.rows = rows;
        this.narrow = narrow;
    }

    /**
     * Goes to the next row; false if there is none. The first call opens the file.
     *
     * @throws IllegalStateException if the file has fewer rows than are wanted of it
     * @throws IllegalArgumentException if the file lacks a required column
     */
    public boolean next() {
        boolean found = rows.next();
        row = found ? narrow.apply(rows.row()) : null;
        return found;
    }

    /** The row that this stands at, after {@link #next}; an INSERT. */
    public RowData row() {
        if (row == null) {
            throw new IllegalStateException("At no row");
        }
        return row;
    }

    /** Of the row that this stands at, or stood at last; -1 ahead of the first one. */
    public long position() {
        return rows.position();
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
