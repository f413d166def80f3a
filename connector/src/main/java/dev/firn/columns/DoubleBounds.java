package dev.firn.columns;

import org.apache.iceberg.FieldMetrics;
import org.apache.iceberg.types.Types;
import org.apache.parquet.column.statistics.Statistics;

/**
 * The bounds of a page's doubles as Parquet wants them, where NaN is the greatest value, and those of all pages as
 * Iceberg does, where it is none. {@code -0.0} is below {@code 0.0} in both.
 */
final class DoubleBounds {

    private long values;
    private long nulls;
    private long nans;
    private double lower = Double.POSITIVE_INFINITY;
    private double upper = Double.NEGATIVE_INFINITY;

    private double pageMin;
    private double pageMax;

    void load(long[] bits, int count, int nullCount) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        int notNumbers = 0;
        for (int i = 0; i < count; i++) {
            double value = Double.longBitsToDouble(bits[i]);
            if (Double.isNaN(value)) {
                notNumbers++;
            } else {
                min = Math.min(min, value);
                max = Math.max(max, value);
            }
        }
        values += count;
        nulls += nullCount;
        nans += notNumbers;
        lower = Math.min(lower, min);
        upper = Math.max(upper, max);
        pageMin = notNumbers == count ? Double.NaN : min;
        pageMax = notNumbers > 0 ? Double.NaN : max;
    }

    void addTo(Statistics<?> statistics) {
        statistics.updateStats(pageMin);
        statistics.updateStats(pageMax);
    }

    FieldMetrics<?> metrics(int id) {
        return values == nans
                ? new FieldMetrics<Double>(id, values + nulls, nulls, nans)
                : new FieldMetrics<>(id, values + nulls, nulls, nans, lower, upper, Types.DoubleType.get());
    }
}
