package dev.firn.columns;

import org.apache.parquet.column.page.PageReadStore;
import org.jspecify.annotations.Nullable;

/** Numbers that every row has: what the file says, and where it says nothing what follows from the file. One thread. */
final class LineageColumn implements ColumnSource {

    private final @Nullable ColumnSource source;
    private final LongVector read = new LongVector();
    private final long first;
    private final long step;
    private long position;

    private LineageColumn(@Nullable ColumnSource source, long first, long step) {
        this.source = source;
        this.first = first;
        this.step = step;
    }

    /** The file's first row id, and so on from row to row. */
    static LineageColumn rowIds(@Nullable ColumnSource source, long first) {
        return new LineageColumn(source, first, 1);
    }

    /** The file's sequence number. */
    static LineageColumn sequenceNumbers(@Nullable ColumnSource source, long ofFile) {
        return new LineageColumn(source, ofFile, 0);
    }

    @Override
    public void setPages(PageReadStore store, long firstPosition) {
        position = firstPosition;
        if (source != null) {
            source.setPages(store, firstPosition);
        }
    }

    @Override
    public void read(int rows, ColumnVector into) {
        LongVector numbers = (LongVector) into;
        read.clear();
        if (source != null) {
            source.read(rows, read);
        }
        for (int i = 0; i < rows; i++) {
            boolean told = source != null && !read.isNull(i);
            numbers.append(told ? read.get(i) : first + step * position);
            position++;
        }
    }

    @Override
    public void skip(int rows) {
        position += rows;
        if (source != null) {
            source.skip(rows);
        }
    }
}
