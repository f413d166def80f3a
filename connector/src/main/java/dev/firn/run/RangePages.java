package dev.firn.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.hadoop.metadata.ColumnPath;

/**
 * The pages of a row group that a plan wants, range by range. Each range looks like a row group of its own, which knows
 * where in the file its rows are. Ranges have to be read in their order; none need be read to its end.
 */
final class RangePages {

    private final PageReadStore pages;
    private final Map<ColumnPath, long[]> pageStarts;
    private final PagePlan plan;
    private final Map<ColumnPath, Column> columns = new HashMap<>();

    /**
     * @param pages of the plan's ranges alone
     * @param pageStarts of each column that is read, the first row of each page of the row group
     */
    RangePages(PageReadStore pages, Map<ColumnPath, long[]> pageStarts, PagePlan plan) {
        this.pages = pages;
        this.pageStarts = pageStarts;
        this.plan = plan;
    }

    /**
     * One for each range of the plan.
     *
     * @param first position of the row group's first row in the file
     */
    List<PageReadStore> stores(long first) {
        List<PageReadStore> stores = new ArrayList<>();
        for (PagePlan.Range range : plan.ranges()) {
            stores.add(new RangeStore(first, range));
        }
        return stores;
    }

    private Column column(ColumnDescriptor descriptor) {
        return columns.computeIfAbsent(
                ColumnPath.get(descriptor.getPath()), path -> new Column(pages.getPageReader(descriptor)));
    }

    private static int pagesAhead(long[] starts, long row) {
        int at = Arrays.binarySearch(starts, row);
        return at < 0 ? -at - 1 : at;
    }

    /** How far a column's pages were taken. */
    private static final class Column {

        private final PageReader pages;
        private int taken;

        Column(PageReader pages) {
            this.pages = pages;
        }

        DataPage take() {
            taken++;
            return Objects.requireNonNull(pages.readPage());
        }
    }

    private final class RangeStore implements PageReadStore {

        private final long first;
        private final PagePlan.Range range;

        RangeStore(long first, PagePlan.Range range) {
            this.first = first;
            this.range = range;
        }

        @Override
        public PageReader getPageReader(ColumnDescriptor descriptor) {
            long[] starts = Objects.requireNonNull(pageStarts.get(ColumnPath.get(descriptor.getPath())));
            int begin = 0;
            for (PagePlan.Range before : plan.ranges()) {
                if (before.end() > range.from()) {
                    break;
                }
                begin += pagesAhead(starts, before.end()) - pagesAhead(starts, before.from());
            }
            int end = begin + pagesAhead(starts, range.end()) - pagesAhead(starts, range.from());
            return new RangeReader(column(descriptor), begin, end);
        }

        @Override
        public long getRowCount() {
            return range.rows();
        }

        @Override
        public Optional<Long> getRowIndexOffset() {
            return Optional.of(first + range.from());
        }
    }

    private static final class RangeReader implements PageReader {

        private final Column column;
        private final int begin;
        private final int end;

        RangeReader(Column column, int begin, int end) {
            this.column = column;
            this.begin = begin;
            this.end = end;
        }

        @Override
        public DictionaryPage readDictionaryPage() {
            return column.pages.readDictionaryPage();
        }

        /** Those of all ranges, for the values of one are not known before its pages are taken. */
        @Override
        public long getTotalValueCount() {
            return column.pages.getTotalValueCount();
        }

        @Override
        @SuppressWarnings("NullAway") // the end is null by the interface's contract
        public DataPage readPage() {
            while (column.taken < begin) {
                column.take();
            }
            return column.taken < end ? column.take() : null;
        }
    }
}
