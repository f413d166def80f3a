package dev.firn.run;

import org.apache.iceberg.parquet.ParquetValueReader;
import org.apache.parquet.column.page.PageReadStore;
import org.jspecify.annotations.Nullable;

/** Decodes row by row, those that are not wanted into one object. */
final class WantedRowModel<T> extends WantedModel<T> {

    private final ParquetValueReader<T> rows;
    private final WantedPositions wanted;
    private long position = -1;
    private long nextWanted;
    private boolean decoding;
    private @Nullable T unwanted;

    WantedRowModel(ParquetValueReader<T> rows, WantedPositions wanted) {
        this.rows = rows;
        this.wanted = wanted;
        this.nextWanted = wanted.from(0);
    }

    @Override
    long position() {
        return position;
    }

    @Override
    long nextWanted() {
        return nextWanted;
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

    @Override
    @SuppressWarnings("NullAway")
    public T read(T reuse) {
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
