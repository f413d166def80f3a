package dev.firn.columns;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** {@code BINARY}, {@code FIXED_LEN_BYTE_ARRAY} and {@code INT96}. */
final class BytesChunk extends ColumnChunk {

    private static final VarHandle PREFIXES = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

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
        long minPrefix = prefix(0);
        long maxPrefix = minPrefix;
        for (int i = 1; i < values.count(); i++) {
            long prefix = prefix(i);
            if (prefix < minPrefix || (prefix == minPrefix && compareTails(i, min) < 0)) {
                min = i;
                minPrefix = prefix;
            } else if (prefix > maxPrefix || (prefix == maxPrefix && compareTails(i, max) > 0)) {
                max = i;
                maxPrefix = prefix;
            }
        }
        statistics.updateStats(binary(min));
        statistics.updateStats(binary(max));
    }

    /** The first eight bytes as a number that is ordered as they are, with zeros behind a shorter value. */
    private long prefix(int value) {
        byte[] bytes = values.bytes();
        int start = values.starts()[value];
        int length = Math.min(Long.BYTES, values.lengths()[value]);
        long prefix = 0;
        if (length > 0 && start + Long.BYTES <= bytes.length) {
            prefix = (long) PREFIXES.get(bytes, start) & (-1L << (Byte.SIZE * (Long.BYTES - length)));
        } else {
            for (int i = 0; i < length; i++) {
                prefix |= (bytes[start + i] & 0xFFL) << (Byte.SIZE * (Long.BYTES - 1 - i));
            }
        }
        return signed ? prefix : prefix ^ Long.MIN_VALUE;
    }

    /** Compares values whose first bytes are the same, as bytes without a sign. */
    private int compareTails(int left, int right) {
        byte[] bytes = values.bytes();
        int from = values.starts()[left];
        int other = values.starts()[right];
        int common = Math.min(values.lengths()[left], values.lengths()[right]);
        int at = Math.min(common, Long.BYTES);
        for (; at <= common - Long.BYTES; at += Long.BYTES) {
            long mine = (long) PREFIXES.get(bytes, from + at);
            long its = (long) PREFIXES.get(bytes, other + at);
            if (mine != its) {
                return Long.compareUnsigned(mine, its);
            }
        }
        for (; at < common; at++) {
            if (bytes[from + at] != bytes[other + at]) {
                return Byte.compareUnsigned(bytes[from + at], bytes[other + at]);
            }
        }
        return Integer.compare(values.lengths()[left], values.lengths()[right]);
    }

    private Binary binary(int value) {
        // The statistics take a copy.
        return Binary.fromReusedByteArray(values.bytes(), values.starts()[value], values.lengths()[value]);
    }

    @Override
    void addValues(BloomBits filter) {
        for (int i = 0; i < values.count(); i++) {
            filter.add(XxHash64.of(values.bytes(), values.starts()[i], values.lengths()[i]));
        }
    }

    @Override
    void addEntries(BloomBits filter, int from) {
        for (int i = from; i < dictionary.size(); i++) {
            filter.add(XxHash64.of(
                    dictionary.bytes(), dictionary.starts()[i], dictionary.lengths()[i]));
        }
    }

    @Override
    long varyingBytes() {
        return sized ? valueBytes : 0;
    }
}
