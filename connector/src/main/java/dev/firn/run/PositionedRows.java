package dev.firn.run;

import java.io.Closeable;
import java.io.IOException;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.data.Record;

/** Goes over rows of one file; it stands ahead of the first one at the start. Rows may be kept. One thread. */
public final class PositionedRows implements Closeable {

    private final WantedRows<Record> rows;

    PositionedRows(WantedRows<Record> rows) {
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
