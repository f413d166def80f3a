package dev.firn.run;

import java.io.Closeable;
import java.io.IOException;
import org.apache.iceberg.StructLike;

/** Goes over rows of one file; it stands ahead of the first one at the start. Rows may be kept. One thread. */
public final class PositionedRows implements Closeable {

    private final WantedRows<StructLike> rows;

    PositionedRows(WantedRows<StructLike> rows) {
        this.rows = rows;
    }

    /** Goes to the next row; false if there is none. The first call opens the file. */
    public boolean next() {
        return rows.next();
    }

    /** The row that this stands at, after {@link #next}. */
    public StructLike row() {
        return rows.row();
    }

    public long position() {
        return rows.position();
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
