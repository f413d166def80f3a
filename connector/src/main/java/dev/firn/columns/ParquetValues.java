package dev.firn.columns;

import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.values.RequiresPreviousReader;
import org.apache.parquet.column.values.ValuesReader;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/** Values in an encoding that is left to Parquet's own readers. */
final class ParquetValues implements PageValues {

    private final PrimitiveTypeName type;
    private final ValuesReader values;

    /** @param values of the page, from its first one on */
    ParquetValues(ColumnDescriptor column, ValuesReader values) {
        this.type = column.getPrimitiveType().getPrimitiveTypeName();
        this.values = values;
    }

    /**
     * Tells the reader of the page ahead of this one, on whose last value the first one of this page depends if an old
     * writer forgot to begin anew.
     */
    void follow(@Nullable PageValues before) {
        if (values instanceof RequiresPreviousReader dependent && before instanceof ParquetValues previous) {
            dependent.setPreviousReader(previous.values);
        }
    }

    @Override
    public void read(int count, ColumnVector into) {
        switch (type) {
            case BOOLEAN -> {
                for (int i = 0; i < count; i++) {
                    ((IntVector) into).append(values.readBoolean() ? 1 : 0);
                }
            }
            case INT32 -> {
                for (int i = 0; i < count; i++) {
                    ((IntVector) into).append(values.readInteger());
                }
            }
            case FLOAT -> {
                for (int i = 0; i < count; i++) {
                    ((IntVector) into).append(Float.floatToRawIntBits(values.readFloat()));
                }
            }
            case INT64 -> {
                for (int i = 0; i < count; i++) {
                    ((LongVector) into).append(values.readLong());
                }
            }
            case DOUBLE -> {
                for (int i = 0; i < count; i++) {
                    ((LongVector) into).append(Double.doubleToRawLongBits(values.readDouble()));
                }
            }
            case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> {
                for (int i = 0; i < count; i++) {
                    ((BytesVector) into).append(values.readBytes().toByteBuffer());
                }
            }
        }
    }

    @Override
    public void skip(int count) {
        if (count > 0) {
            values.skip(count);
        }
    }
}
