package dev.firn.columns;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.util.DecimalUtil;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/** Copies rows of Iceberg's internal values; what follows the columns of the schema in a row is left out. */
public final class InternalRowCopier implements RowCopier<StructLike> {

    /** Copies a value. */
    private interface Field {
        void copy(Object value);
    }

    private final Field[] fields;
    private final ColumnVector[] columns;
    private final Nulls nulls;

    private InternalRowCopier(Field[] fields, ColumnBatch batch, Nulls nulls) {
        this.fields = fields;
        this.columns = batch.columns().toArray(ColumnVector[]::new);
        this.nulls = nulls;
    }

    /** None if a column is of a type that this does not know. */
    public static Optional<RowCopier<StructLike>> of(MessageType schema, ColumnBatch batch) {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < schema.getFieldCount(); i++) {
            PrimitiveType column = schema.getType(i).asPrimitiveType();
            Field field = field(column, batch.columns().get(i));
            if (field == null) {
                return Optional.empty();
            }
            fields.add(field);
        }
        return Optional.of(new InternalRowCopier(fields.toArray(Field[]::new), batch, new Nulls(schema, batch)));
    }

    @Override
    public void copy(StructLike row) {
        if (row instanceof ColumnRow stored) {
            copyStored(stored.batch().columns(), stored.row());
            return;
        }
        for (int i = 0; i < fields.length; i++) {
            @Nullable Object value = row.get(i, Object.class);
            if (value == null) {
                nulls.append(i);
            } else {
                fields[i].copy(value);
            }
        }
    }

    /** Values that are stored as they are to be stored again. */
    private void copyStored(List<ColumnVector> from, int row) {
        for (int i = 0; i < columns.length; i++) {
            ColumnVector vector = from.get(i);
            if (vector.isNull(row)) {
                nulls.append(i);
            } else {
                columns[i].copy(vector, row);
            }
        }
    }

    private static @Nullable Field field(PrimitiveType column, ColumnVector vector) {
        LogicalTypeAnnotation annotation = column.getLogicalTypeAnnotation();
        if (annotation instanceof DecimalLogicalTypeAnnotation decimal) {
            return decimalField(new Decimals(decimal.getPrecision(), decimal.getScale()), column, vector);
        }
        return switch (column.getPrimitiveTypeName()) {
            case BOOLEAN -> {
                IntVector to = (IntVector) vector;
                yield value -> to.append((Boolean) value ? 1 : 0);
            }
            case INT32 -> {
                IntVector to = (IntVector) vector;
                yield value -> to.append((Integer) value);
            }
            case FLOAT -> {
                IntVector to = (IntVector) vector;
                yield value -> to.append(Float.floatToIntBits((Float) value));
            }
            case INT64 -> {
                LongVector to = (LongVector) vector;
                yield value -> to.append((Long) value);
            }
            case DOUBLE -> {
                LongVector to = (LongVector) vector;
                yield value -> to.append(Double.doubleToLongBits((Double) value));
            }
            case BINARY -> {
                BytesVector to = (BytesVector) vector;
                yield annotation instanceof StringLogicalTypeAnnotation
                        ? value -> append(value.toString().getBytes(StandardCharsets.UTF_8), to)
                        : value -> to.append((ByteBuffer) value);
            }
            case FIXED_LEN_BYTE_ARRAY -> {
                BytesVector to = (BytesVector) vector;
                yield annotation instanceof UUIDLogicalTypeAnnotation ? new FixedUuid(to) : new FixedBytes(column, to);
            }
            case INT96 -> null;
        };
    }

    private static @Nullable Field decimalField(Decimals decimals, PrimitiveType column, ColumnVector vector) {
        return switch (column.getPrimitiveTypeName()) {
            case INT32 -> {
                IntVector to = (IntVector) vector;
                yield value -> to.append((int) decimals.unscaled((BigDecimal) value));
            }
            case INT64 -> {
                LongVector to = (LongVector) vector;
                yield value -> to.append(decimals.unscaled((BigDecimal) value));
            }
            case FIXED_LEN_BYTE_ARRAY -> {
                BytesVector to = (BytesVector) vector;
                byte[] bytes = new byte[column.getTypeLength()];
                yield value -> append(
                        DecimalUtil.toReusedFixLengthBytes(
                                decimals.precision, decimals.scale, (BigDecimal) value, bytes),
                        to);
            }
            default -> null;
        };
    }

    private static void append(byte[] value, BytesVector to) {
        to.append(value, 0, value.length);
    }

    private record FixedBytes(PrimitiveType column, BytesVector to) implements Field {
        @Override
        public void copy(Object value) {
            ByteBuffer bytes = (ByteBuffer) value;
            if (bytes.remaining() != column.getTypeLength()) {
                throw new IllegalArgumentException("The column " + column.getName() + " takes " + column.getTypeLength()
                        + " bytes, but got " + bytes.remaining() + ". Declare it with the length of its values.");
            }
            to.append(bytes);
        }
    }

    private record FixedUuid(BytesVector to, ByteBuffer bytes) implements Field {

        FixedUuid(BytesVector to) {
            this(to, ByteBuffer.allocate(2 * Long.BYTES));
        }

        @Override
        public void copy(Object value) {
            UUID uuid = (UUID) value;
            bytes.putLong(0, uuid.getMostSignificantBits());
            bytes.putLong(Long.BYTES, uuid.getLeastSignificantBits());
            to.append(bytes);
        }
    }

    /** Decimals of a column, of whose type they have to be. */
    private record Decimals(int precision, int scale) {

        long unscaled(BigDecimal value) {
            if (value.scale() != scale || value.precision() > precision) {
                throw new IllegalArgumentException("A column of DECIMAL(" + precision + ", " + scale
                        + ") does not take " + value + ", a DECIMAL(" + value.precision() + ", " + value.scale()
                        + "). Cast it first.");
            }
            // What fits a long has no bits beyond it.
            return scale == 0 ? value.longValue() : value.unscaledValue().longValue();
        }
    }
}
