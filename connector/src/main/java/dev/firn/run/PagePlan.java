package dev.firn.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Which rows of a row group are read: ranges that hold every wanted row, and whose borders are borders of pages in
 * every column. Iceberg's readers take the n-th rows of all columns for one row, so columns have to begin at the same
 * one.
 *
 * @param rows of the row group
 * @param ranges ascending, with rows between them
 */
record PagePlan(long rows, List<Range> ranges) {

    /**
     * Rows of a row group, counted from its first one.
     *
     * @param end behind the last one
     */
    record Range(long from, long end) {

        long rows() {
            return end - from;
        }
    }

    PagePlan {
        ranges = List.copyOf(ranges);
    }

    /**
     * The fewest rows that can be read.
     *
     * @param first position of the row group's first row in the file
     * @param pageStarts of each column that is read, the first row of each page, ascending from 0
     */
    static PagePlan of(long rows, long first, Collection<long[]> pageStarts, WantedPositions wanted) {
        long[] borders = borders(rows, pageStarts);
        List<Range> ranges = new ArrayList<>();
        long position = wanted.from(first);
        while (position < first + rows && position < wanted.end()) {
            int at = Arrays.binarySearch(borders, position - first);
            int segment = at < 0 ? -at - 2 : at;
            long from = borders[segment];
            long end = borders[segment + 1];
            int last = ranges.size() - 1;
            if (last >= 0 && ranges.get(last).end() == from) {
                ranges.set(last, new Range(ranges.get(last).from(), end));
            } else {
                ranges.add(new Range(from, end));
            }
            position = wanted.from(first + end);
        }
        return new PagePlan(rows, ranges);
    }

    /** Whether all rows are read, in one range. */
    boolean isWhole() {
        return ranges.size() == 1 && ranges.get(0).rows() == rows;
    }

    /** Where pages begin in all columns, and the number of rows. */
    private static long[] borders(long rows, Collection<long[]> pageStarts) {
        long[] common = null;
        for (long[] starts : pageStarts) {
            common = common == null ? starts : common(common, starts);
        }
        long[] begins = common == null ? new long[] {0} : common;
        long[] borders = Arrays.copyOf(begins, begins.length + 1);
        borders[begins.length] = rows;
        return borders;
    }

    private static long[] common(long[] left, long[] right) {
        long[] common = new long[Math.min(left.length, right.length)];
        int size = 0;
        int r = 0;
        for (long row : left) {
            while (r < right.length && right[r] < row) {
                r++;
            }
            if (r < right.length && right[r] == row) {
                common[size++] = row;
            }
        }
        return Arrays.copyOf(common, size);
    }
}
