package dev.firn.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.iceberg.io.CloseableIterator;
import org.apache.parquet.column.page.PageReadStore;

/** Goes over the rows of those pages of a file that hold wanted ones, and of each no further than the last of them. */
final class PageRows<T> implements CloseableIterator<T> {

    private final PagedFile file;
    private final WantedModel<T> model;
    private final WantedPositions wanted;
    private final Queue<PageReadStore> read = new ArrayDeque<>();
    private int group;
    private long groupFirst;
    private long end = -1;

    PageRows(PagedFile file, WantedModel<T> model, WantedPositions wanted) {
        this.file = file;
        this.model = model;
        this.wanted = wanted;
    }

    @Override
    public boolean hasNext() {
        while (model.nextWanted() >= end) {
            if (read.isEmpty() && !readGroup()) {
                return false;
            }
            PageReadStore pages = read.remove();
            end = RowModel.firstPosition(pages) + pages.getRowCount();
            model.setPageSource(pages);
        }
        return true;
    }

    @Override
    @SuppressWarnings("NullAway") // it has nothing to reuse
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return model.read(null);
    }

    /** False if there are no more wanted rows. */
    private boolean readGroup() {
        while (group < file.rowGroups()) {
            long first = groupFirst;
            long rows = file.rows(group);
            groupFirst = first + rows;
            long next = wanted.from(first);
            if (next >= wanted.end()) {
                return false;
            }
            group++;
            if (next < first + rows) {
                try {
                    read.addAll(file.read(group - 1, first, wanted));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
