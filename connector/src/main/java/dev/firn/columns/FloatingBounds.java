package dev.firn.columns;

/**
 * The bounds of a page's floats or doubles as Parquet wants them, where NaN is the greatest value, and those of all
 * pages as Iceberg does, where it is none. {@code -0.0} is below {@code 0.0} in both. Floats are doubles without loss,
 * in the same order.
 */
final class FloatingBounds {

    private long values;
    private long nulls;
    private long nans;
    private double lower = Double.POSITIVE_INFINITY;
    private double upper = Double.NEGATIVE_INFINITY;

    private long pageValues;
    private long pageNans;
    private double pageMin;
    private double pageMax;

    void beginPage(int nullCount) {
        nulls += nullCount;
        pageValues = 0;
        pageNans = 0;
        pageMin = Double.POSITIVE_INFINITY;
        pageMax = Double.NEGATIVE_INFINITY;
    }

    void add(double value) {
        pageValues++;
        if (Double.isNaN(value)) {
            pageNans++;
        } else {
            pageMin = Math.min(pageMin, value);
            pageMax = Math.max(pageMax, value);
        }
    }

    void endPage() {
        values += pageValues;
        nans += pageNans;
        lower = Math.min(lower, pageMin);
        upper = Math.max(upper, pageMax);
    }

    /** Of the page. */
    double min() {
        return pageNans == pageValues ? Double.NaN : pageMin;
    }

    /** Of the page. */
    double max() {
        return pageNans > 0 ? Double.NaN : pageMax;
    }

    /** Whether no page has a number. */
    boolean isEmpty() {
        return values == nans;
    }

    double lower() {
        return lower;
    }

    double upper() {
        return upper;
    }

    /** Of all pages, nulls included. */
    long rows() {
        return values + nulls;
    }

    long nulls() {
        return nulls;
    }

    long nans() {
        return nans;
    }
}
