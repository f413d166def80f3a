package dev.firn.columns;

import org.apache.parquet.column.page.PageReadStore;

/** Where the values of one column of a batch come from. One thread. */
interface ColumnSource {

    /**
     * Goes to the first of some rows of a file.
     *
     * @param firstPosition of the first one in the file
     */
    void setPages(PageReadStore store, long firstPosition);

    /** Appends as many rows. */
    void read(int rows, ColumnVector into);

    /** Leaves as many rows out. */
    void skip(int rows);
}
