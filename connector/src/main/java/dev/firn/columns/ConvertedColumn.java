package dev.firn.columns;

import org.apache.parquet.column.page.PageReadStore;

/** A column of a file that was written when its type was narrower, or in another way than Iceberg's. One thread. */
final class ConvertedColumn implements ColumnSource {

    private final ColumnSource source;
    private final ColumnVector read;
    private final Conversion conversion;

    /** Appends a value to a vector of another class or width. */
    @FunctionalInterface
    interface Conversion {

        /** @param row where there is no null */
        void append(ColumnVector from, int row, ColumnVector into);
    }

    /** @param empty what the source fills */
    ConvertedColumn(ColumnSource source, ColumnVector empty, Conversion conversion) {
        this.source = source;
        this.read = empty;
        this.conversion = conversion;
    }

    @Override
    public void setPages(PageReadStore store, long firstPosition) {
        source.setPages(store, firstPosition);
    }

    @Override
    public void read(int rows, ColumnVector into) {
        read.clear();
        source.read(rows, read);
        for (int i = 0; i < rows; i++) {
            if (read.isNull(i)) {
                into.appendNull();
            } else {
                conversion.append(read, i, into);
            }
        }
    }

    @Override
    public void skip(int rows) {
        source.skip(rows);
    }
}
