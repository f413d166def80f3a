package dev.firn.run;

import org.apache.iceberg.parquet.ParquetValueReader;
import org.apache.parquet.column.page.PageReadStore;
import org.jspecify.annotations.Nullable;

/**
 * Decodes wanted rows, and the others of the pages that it is given into one object, but nothing of pages without any.
 */
final class WantedModel<T> extends RowModel<T> {

    private final ParquetValueReader<T> rows;
    private final WantedPositions wanted;
    private long position = -1;
    private long nextWanted = -1;
    private boolean decoding;
    private @Nullable T unwanted;

    WantedModel(ParquetValueReader<T> rows, WantedPositions wanted) {
        this.rows = rows;
        this.wanted = wanted;
    }

    /** Of the row that was read last. */
    long position() {
        return position;
    }

    /** The first wanted position behind that of the row that was read last, or behind the end of the wanted ones. */
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

    /** @return null for a row that is not decoded */
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
