package dev.firn.columns;

import org.apache.parquet.column.page.PageReadStore;

/**
 * The same value in every row.
 *
 * @param value in a vector of one row
 */
record ConstantColumn(ColumnVector value) implements ColumnSource {

    @Override
    public void setPages(PageReadStore store, long firstPosition) {}

    @Override
    public void read(int rows, ColumnVector into) {
        if (value.isNull(0)) {
            into.appendNulls(rows);
            return;
        }
        for (int i = 0; i < rows; i++) {
            into.append(value, 0);
        }
    }

    @Override
    public void skip(int rows) {}
}
