package dev.firn.columns;

import org.apache.iceberg.FieldMetrics;
import org.apache.iceberg.types.Types;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/** {@code INT64} and {@code DOUBLE}. */
final class LongChunk extends ColumnChunk {

    private final PrimitiveTypeName name;
    private final LongDictionary dictionary = new LongDictionary();
    private final FloatingBounds bounds = new FloatingBounds();
    private long[] dense = {};
    private long[] values = {};
    private int count;

    LongChunk(ColumnDescriptor column, ParquetProperties properties, PageBuffer page) {
        super(column, properties, page);
        this.name = type().getPrimitiveTypeName();
    }

    @Override
    int load(ColumnVector vector) {
        LongVector longs = (LongVector) vector;
        values = longs.values();
        count = longs.size();
        if (longs.hasNulls()) {
            if (dense.length < count) {
                dense = new long[values.length];
            }
            count = longs.copyPresent(dense);
            values = dense;
        }
        if (name == PrimitiveTypeName.DOUBLE) {
            bounds.beginPage(vector.size() - count);
            for (int i = 0; i < count; i++) {
                bounds.add(Double.longBitsToDouble(values[i]));
            }
            bounds.endPage();
        }
        return count;
    }

    @Override
    boolean hasDictionary() {
        return true;
    }

    @Override
    void number(int[] to) {
        dictionary.number(values, count, to);
    }

    @Override
    int entries() {
        return dictionary.size();
    }

    @Override
    long entryBytes() {
        return (long) Long.BYTES * dictionary.size();
    }

    @Override
    void writeEntries(int entries, PageBuffer to) {
        to.writeLongs(dictionary.entries(), entries);
    }

    @Override
    void forgetEntries() {
        dictionary.clear();
    }

    @Override
    long plainBytes() {
        return (long) Long.BYTES * count;
    }

    @Override
    void writePlain(PageBuffer to) {
        to.writeLongs(values, count);
    }

    @Override
    void addBounds(Statistics<?> statistics) {
        if (name == PrimitiveTypeName.DOUBLE) {
            statistics.updateStats(bounds.min());
            statistics.updateStats(bounds.max());
            return;
        }
        long min = Long.MAX_VALUE;
        long max = Long.MIN_VALUE;
        for (int i = 0; i < count; i++) {
            min = Math.min(min, values[i]);
            max = Math.max(max, values[i]);
        }
        statistics.updateStats(min);
        statistics.updateStats(max);
    }

    @Override
    void addValues(BloomBits filter) {
        add(values, 0, count, filter);
    }

    @Override
    void addEntries(BloomBits filter, int from) {
        add(dictionary.entries(), from, dictionary.size(), filter);
    }

    private static void add(long[] values, int from, int to, BloomBits filter) {
        for (int i = from; i < to; i++) {
            filter.add(XxHash64.of(values[i]));
        }
    }

    @Override
    long varyingBytes() {
        return 0;
    }

    @Override
    @Nullable FieldMetrics<?> metrics() {
        if (name != PrimitiveTypeName.DOUBLE) {
            return null;
        }
        int id = type().getId().intValue();
        return bounds.isEmpty()
                ? new FieldMetrics<Double>(id, bounds.rows(), bounds.nulls(), bounds.nans())
                : new FieldMetrics<>(
                        id,
                        bounds.rows(),
                        bounds.nulls(),
                        bounds.nans(),
                        bounds.lower(),
                        bounds.upper(),
                        Types.DoubleType.get());
    }
}
