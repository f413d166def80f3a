package dev.firn.columns;

import org.apache.iceberg.FieldMetrics;
import org.apache.iceberg.types.Types;
import org.apache.parquet.column.statistics.Statistics;

/**
 * The bounds of a page's floats as Parquet wants them, where NaN is the greatest value, and those of all pages as
 * Iceberg does, where it is none. {@code -0.0} is below {@code 0.0} in both.
 */
final class FloatBounds {

    private long values;
    private long nulls;
    private long nans;
    private float lower = Float.POSITIVE_INFINITY;
    private float upper = Float.NEGATIVE_INFINITY;

    private float pageMin;
    private float pageMax;

    void load(int[] bits, int count, int nullCount) {
        float min = Float.POSITIVE_INFINITY;
        float max = Float.NEGATIVE_INFINITY;
        int notNumbers = 0;
        for (int i = 0; i < count; i++) {
            float value = Float.intBitsToFloat(bits[i]);
            if (Float.isNaN(value)) {
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
        pageMin = notNumbers == count ? Float.NaN : min;
        pageMax = notNumbers > 0 ? Float.NaN : max;
    }

    void addTo(Statistics<?> statistics) {
        statistics.updateStats(pageMin);
        statistics.updateStats(pageMax);
    }

    FieldMetrics<?> metrics(int id) {
        return values == nans
                ? new FieldMetrics<Float>(id, values + nulls, nulls, nans)
                : new FieldMetrics<>(id, values + nulls, nulls, nans, lower, upper, Types.FloatType.get());
    }
}
