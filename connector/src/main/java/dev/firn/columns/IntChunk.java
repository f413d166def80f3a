package dev.firn.columns;

import org.apache.iceberg.FieldMetrics;
import org.apache.iceberg.types.Types;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/** {@code BOOLEAN}, {@code INT32} and {@code FLOAT}. */
final class IntChunk extends ColumnChunk {

    private final PrimitiveTypeName name;
    private final IntDictionary dictionary = new IntDictionary();
    private final FloatingBounds bounds = new FloatingBounds();
    private int[] dense = {};
    private int[] values = {};
    private int count;

    IntChunk(ColumnDescriptor column, ParquetProperties properties, PageBuffer page) {
        super(column, properties, page);
        this.name = type().getPrimitiveTypeName();
    }

    @Override
    int load(ColumnVector vector) {
        IntVector ints = (IntVector) vector;
        values = ints.values();
        count = ints.size();
        if (ints.hasNulls()) {
            if (dense.length < count) {
                dense = new int[values.length];
            }
            count = ints.copyPresent(dense);
            values = dense;
        }
        if (name == PrimitiveTypeName.FLOAT) {
            bounds.beginPage(vector.size() - count);
            for (int i = 0; i < count; i++) {
                bounds.add(Float.intBitsToFloat(values[i]));
            }
            bounds.endPage();
        }
        return count;
    }

    @Override
    boolean hasDictionary() {
        return name != PrimitiveTypeName.BOOLEAN;
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
        return (long) Integer.BYTES * dictionary.size();
    }

    @Override
    void writeEntries(int entries, PageBuffer to) {
        to.writeInts(dictionary.entries(), entries);
    }

    @Override
    void forgetEntries() {
        dictionary.clear();
    }

    @Override
    long plainBytes() {
        return (long) Integer.BYTES * count;
    }

    @Override
    void writePlain(PageBuffer to) {
        if (name == PrimitiveTypeName.BOOLEAN) {
            to.writeBits(values, count);
        } else {
            to.writeInts(values, count);
        }
    }

    @Override
    void addBounds(Statistics<?> statistics) {
        switch (name) {
            case FLOAT -> {
                statistics.updateStats((float) bounds.min());
                statistics.updateStats((float) bounds.max());
            }
            case BOOLEAN -> {
                statistics.updateStats(min() != 0);
                statistics.updateStats(max() != 0);
            }
            default -> {
                statistics.updateStats(min());
                statistics.updateStats(max());
            }
        }
    }

    private int min() {
        int min = Integer.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            min = Math.min(min, values[i]);
        }
        return min;
    }

    private int max() {
        int max = Integer.MIN_VALUE;
        for (int i = 0; i < count; i++) {
            max = Math.max(max, values[i]);
        }
        return max;
    }

    @Override
    void addValues(BloomBits filter) {
        // As Parquet's writer, which leaves the filter of a boolean empty.
        if (name != PrimitiveTypeName.BOOLEAN) {
            add(values, 0, count, filter);
        }
    }

    @Override
    void addEntries(BloomBits filter, int from) {
        add(dictionary.entries(), from, dictionary.size(), filter);
    }

    private static void add(int[] values, int from, int to, BloomBits filter) {
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
        if (name != PrimitiveTypeName.FLOAT) {
            return null;
        }
        int id = type().getId().intValue();
        return bounds.isEmpty()
                ? new FieldMetrics<Float>(id, bounds.rows(), bounds.nulls(), bounds.nans())
                : new FieldMetrics<>(
                        id,
                        bounds.rows(),
                        bounds.nulls(),
                        bounds.nans(),
                        (float) bounds.lower(),
                        (float) bounds.upper(),
                        Types.FloatType.get());
    }
}
