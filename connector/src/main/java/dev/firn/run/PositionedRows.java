package dev.firn.run;

import java.io.Closeable;
import java.io.IOException;
import java.util.function.Supplier;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.CloseableIterator;
import org.apache.iceberg.parquet.ParquetValueReader;
import org.apache.parquet.column.page.PageReadStore;
import org.jspecify.annotations.Nullable;

/** Goes over rows of one file; it stands ahead of the first one at the start. Rows may be kept. One thread. */
public final class PositionedRows implements Closeable {

    private final CloseableIterable<Record> file;
    private final Supplier<Model> model;
    private final WantedPositions wanted;
    private @Nullable CloseableIterator<Record> rows;
    private long position = -1;
    private @Nullable Record row;

    PositionedRows(CloseableIterable<Record> file, Supplier<Model> model, WantedPositions wanted) {
        this.file = file;
        this.model = model;
        this.wanted = wanted;
    }

    /** Goes to the next row; false if there is none. The first call opens the file. */
    public boolean next() {
        long target = wanted.from(position + 1);
        if (target >= wanted.end()) {
            row = null;
            return false;
        }
        CloseableIterator<Record> open = rows;
        if (open == null) {
            open = file.iterator();
            rows = open;
        }
        while (position < target) {
            if (!open.hasNext()) {
                throw new IllegalStateException("No row at position " + target + ", the last one is at " + position);
            }
            row = open.next();
            position = model.get().position;
        }
        if (position > target) {
            throw new IllegalStateException("The row at position " + target + " was skipped, at " + position);
        }
        return true;
    }

    /** The row that this stands at, after {@link #next}. */
    public StructLike row() {
        if (row == null) {
            throw new IllegalStateException("At no row");
        }
        return row;
    }

    public long position() {
        return position;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** Decodes wanted rows, and the others of their row groups into one object, but no other row group. */
    static final class Model extends RowModel<Record> {

        private final ParquetValueReader<Record> rows;
        private final WantedPositions wanted;
        private long position = -1;
        private long nextWanted = -1;
        private boolean decoding;
        private @Nullable Record unwanted;

        Model(ParquetValueReader<Record> rows, WantedPositions wanted) {
            this.rows = rows;
            this.wanted = wanted;
        }

        @Override
        public void setPageSource(PageReadStore pages) {
            long first = firstPosition(pages);
            position = first - 1;
            nextWanted = wanted.from(first);
            decoding = nextWanted < first + pages.getRowCount();
            if (decoding) {
                rows.setPageSource(pages);
            }
        }

        /** @return null for a row that is not decoded */
        @Override
        @SuppressWarnings("NullAway")
        public Record read(Record reuse) {
            position++;
            if (!decoding) {
                return null;
            }
            if (position < nextWanted) {
                unwanted = rows.read(unwanted);
                return unwanted;
            }
            nextWanted = wanted.from(position + 1);
            return rows.read(null);
        }
    }
}
