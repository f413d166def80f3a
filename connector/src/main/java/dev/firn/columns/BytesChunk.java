package dev.firn.columns;

import java.util.Arrays;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** {@code BINARY}, {@code FIXED_LEN_BYTE_ARRAY} and {@code INT96}. */
final class BytesChunk extends ColumnChunk {

    /** Each value is written after its length. */
    private final boolean sized;

    /** Values are numbers in two's complement; otherwise they are ordered as bytes without a sign. */
    private final boolean signed;

    private final BytesDictionary dictionary = new BytesDictionary();
    private final DenseBytes values = new DenseBytes();
    private long valueBytes;

    BytesChunk(ColumnDescriptor column, ParquetProperties properties, PageBuffer page) {
        super(column, properties, page);
        this.sized = type().getPrimitiveTypeName() == PrimitiveTypeName.BINARY;
        this.signed = type().getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation;
    }

    @Override
    int load(ColumnVector vector) {
        BytesVector from = (BytesVector) vector;
        values.load(from);
        valueBytes = from.totalBytes();
        return values.count();
    }

    // Version 1 of Parquet's own writer has none for values of one length.
    @Override
    boolean hasDictionary() {
        return sized;
    }

    @Override
    void number(int[] to) {
        dictionary.number(values, to);
    }

    @Override
    int entries() {
        return dictionary.size();
    }

    @Override
    long entryBytes() {
        return dictionary.byteSize() + (long) Integer.BYTES * dictionary.size();
    }

    @Override
    void writeEntries(int entries, PageBuffer to) {
        to.writeSized(dictionary.bytes(), dictionary.starts(), dictionary.lengths(), entries);
    }

    @Override
    void forgetEntries() {
        dictionary.clear();
    }

    @Override
    long plainBytes() {
        return valueBytes + (long) Integer.BYTES * values.count();
    }

    @Override
    void writePlain(PageBuffer to) {
        if (sized) {
            to.writeSized(values.bytes(), values.starts(), values.lengths(), values.count());
        } else {
            // A null takes no bytes, so the values are one behind the other.
            to.write(values.bytes(), 0, Math.toIntExact(valueBytes));
        }
    }

    @Override
    void addBounds(Statistics<?> statistics) {
        int min = 0;
        int max = 0;
        for (int i = 1; i < values.count(); i++) {
            if (compare(i, min) < 0) {
                min = i;
            } else if (compare(i, max) > 0) {
                max = i;
            }
        }
        statistics.updateStats(binary(min));
        statistics.updateStats(binary(max));
    }

    private int compare(int left, int right) {
        byte[] bytes = values.bytes();
        int from = values.starts()[left];
        int other = values.starts()[right];
        if (signed && values.lengths()[left] > 0 && bytes[from] < 0 != bytes[other] < 0) {
            return Byte.compare(bytes[from], bytes[other]);
        }
        return Arrays.compareUnsigned(
                bytes, from, from + values.lengths()[left], bytes, other, other + values.lengths()[right]);
    }

    private Binary binary(int value) {
        // The statistics take a copy.
        return Binary.fromReusedByteArray(values.bytes(), values.starts()[value], values.lengths()[value]);
    }

    @Override
    void addValues(BloomFilter filter) {
        for (int i = 0; i < values.count(); i++) {
            filter.insertHash(XxHash64.of(values.bytes(), values.starts()[i], values.lengths()[i]));
        }
    }

    @Override
    void addEntries(BloomFilter filter, int from) {
        for (int i = from; i < dictionary.size(); i++) {
            filter.insertHash(XxHash64.of(
                    dictionary.bytes(), dictionary.starts()[i], dictionary.lengths()[i]));
        }
    }

    @Override
    long varyingBytes() {
        return sized ? valueBytes : 0;
    }
}
