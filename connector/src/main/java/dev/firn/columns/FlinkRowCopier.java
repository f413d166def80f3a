package dev.firn.columns;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinaryStringData;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.iceberg.util.DecimalUtil;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/** Copies Flink's rows, each value as Iceberg's writer of Flink's rows stores it. */
public final class FlinkRowCopier implements RowCopier<RowData> {

    private static final long NANOS_OF_MILLI = 1_000_000;
    private static final int MICROS_OF_MILLI = 1_000;
    private static final int NANOS_OF_MICRO = 1_000;

    /** Copies a value that is not null. */
    private interface Field {
        void copy(RowData row, int position);
    }

    private final Field[] fields;
    private final Nulls nulls;

    private FlinkRowCopier(Field[] fields, Nulls nulls) {
        this.fields = fields;
        this.nulls = nulls;
    }

    /** None if a column is of a type that this does not know. */
    public static Optional<RowCopier<RowData>> of(RowType type, MessageType schema, ColumnBatch batch) {
        if (type.getFieldCount() != schema.getFieldCount()) {
            return Optional.empty();
        }
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < type.getFieldCount(); i++) {
            PrimitiveType column = schema.getType(i).asPrimitiveType();
            Field field = field(type.getTypeAt(i), column, batch.columns().get(i));
            if (field == null) {
                return Optional.empty();
            }
            fields.add(field);
        }
        return Optional.of(new FlinkRowCopier(fields.toArray(Field[]::new), new Nulls(schema, batch)));
    }

    @Override
    public void copy(RowData row) {
        for (int i = 0; i < fields.length; i++) {
            if (row.isNullAt(i)) {
                nulls.append(i);
            } else {
                fields[i].copy(row, i);
            }
        }
    }

    private static @Nullable Field field(LogicalType type, PrimitiveType column, ColumnVector vector) {
        return switch (column.getPrimitiveTypeName()) {
            case BOOLEAN, INT32, FLOAT -> intField(type, column, (IntVector) vector);
            case INT64, DOUBLE -> longField(type, column, (LongVector) vector);
            case BINARY, FIXED_LEN_BYTE_ARRAY -> bytesField(type, column, (BytesVector) vector);
            case INT96 -> null;
        };
    }

    private static @Nullable Field intField(LogicalType type, PrimitiveType column, IntVector to) {
        PrimitiveTypeName name = column.getPrimitiveTypeName();
        Field field = switch (type.getTypeRoot()) {
            case BOOLEAN -> (row, i) -> to.append(row.getBoolean(i) ? 1 : 0);
            case TINYINT -> (row, i) -> to.append(row.getByte(i));
            case SMALLINT -> (row, i) -> to.append(row.getShort(i));
            case INTEGER, DATE -> (row, i) -> to.append(row.getInt(i));
            case FLOAT -> (row, i) -> to.append(Float.floatToIntBits(row.getFloat(i)));
            case DECIMAL -> {
                Decimals decimals = Decimals.of((DecimalType) type, column);
                yield decimals == null ? null : (row, i) -> to.append((int) decimals.unscaled(row, i));
            }
            default -> null;
        };
        PrimitiveTypeName stored = switch (type.getTypeRoot()) {
            case BOOLEAN -> PrimitiveTypeName.BOOLEAN;
            case FLOAT -> PrimitiveTypeName.FLOAT;
            default -> PrimitiveTypeName.INT32;
        };
        return stored == name ? field : null;
    }

    private static @Nullable Field longField(LogicalType type, PrimitiveType column, LongVector to) {
        if (column.getPrimitiveTypeName() == PrimitiveTypeName.DOUBLE) {
            return switch (type.getTypeRoot()) {
                case DOUBLE -> (row, i) -> to.append(Double.doubleToLongBits(row.getDouble(i)));
                default -> null;
            };
        }
        return switch (type.getTypeRoot()) {
            case BIGINT -> (row, i) -> to.append(row.getLong(i));
            // Milliseconds in Flink, microseconds in Iceberg.
            case TIME_WITHOUT_TIME_ZONE -> (row, i) -> to.append((long) MICROS_OF_MILLI * row.getInt(i));
            case TIMESTAMP_WITHOUT_TIME_ZONE -> timestampField(((TimestampType) type).getPrecision(), column, to);
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                timestampField(((LocalZonedTimestampType) type).getPrecision(), column, to);
            case DECIMAL -> {
                Decimals decimals = Decimals.of((DecimalType) type, column);
                yield decimals == null ? null : (row, i) -> to.append(decimals.unscaled(row, i));
            }
            default -> null;
        };
    }

    private static @Nullable Field timestampField(int precision, PrimitiveType column, LongVector to) {
        if (!(column.getLogicalTypeAnnotation() instanceof TimestampLogicalTypeAnnotation stored)) {
            return null;
        }
        if (stored.getUnit() == TimeUnit.NANOS) {
            return (row, i) -> {
                TimestampData value = row.getTimestamp(i, precision);
                to.append(value.getMillisecond() * NANOS_OF_MILLI + value.getNanoOfMillisecond());
            };
        }
        return (row, i) -> {
            TimestampData value = row.getTimestamp(i, precision);
            to.append(value.getMillisecond() * MICROS_OF_MILLI + value.getNanoOfMillisecond() / NANOS_OF_MICRO);
        };
    }

    private static @Nullable Field bytesField(LogicalType type, PrimitiveType column, BytesVector to) {
        boolean fixed = column.getPrimitiveTypeName() == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
        return switch (type.getTypeRoot()) {
            case CHAR, VARCHAR -> fixed ? null : (row, i) -> append(row.getString(i), to);
            case BINARY, VARBINARY ->
                fixed
                        ? new FixedBytes(column, to)
                        : (row, i) -> {
                            byte[] value = row.getBinary(i);
                            to.append(value, 0, value.length);
                        };
            case DECIMAL -> {
                Decimals decimals = Decimals.of((DecimalType) type, column);
                yield decimals == null || !fixed ? null : new FixedDecimal(decimals, column, to);
            }
            default -> null;
        };
    }

    private static void append(StringData value, BytesVector to) {
        if (value instanceof BinaryStringData text) {
            text.ensureMaterialized();
            if (text.getSegments().length == 1) {
                to.append(text.getSegments()[0], text.getOffset(), text.getSizeInBytes());
                return;
            }
        }
        byte[] bytes = value.toBytes();
        to.append(bytes, 0, bytes.length);
    }

    private record FixedBytes(PrimitiveType column, BytesVector to) implements Field {
        @Override
        public void copy(RowData row, int position) {
            byte[] value = row.getBinary(position);
            if (value.length != column.getTypeLength()) {
                throw new IllegalArgumentException("The column " + column.getName() + " takes " + column.getTypeLength()
                        + " bytes, but got " + value.length + ". Declare it with the length of its values.");
            }
            to.append(value, 0, value.length);
        }
    }

    private static final class FixedDecimal implements Field {

        private final Decimals decimals;
        private final byte[] bytes;
        private final BytesVector to;

        FixedDecimal(Decimals decimals, PrimitiveType column, BytesVector to) {
            this.decimals = decimals;
            this.bytes = new byte[column.getTypeLength()];
            this.to = to;
        }

        @Override
        public void copy(RowData row, int position) {
            DecimalUtil.toReusedFixLengthBytes(
                    decimals.precision,
                    decimals.scale,
                    decimals.of(row, position).toBigDecimal(),
                    bytes);
            to.append(bytes, 0, bytes.length);
        }
    }

    /** Decimals of a column, of whose type they have to be. */
    private record Decimals(int precision, int scale) {

        static @Nullable Decimals of(DecimalType type, PrimitiveType column) {
            LogicalTypeAnnotation stored = column.getLogicalTypeAnnotation();
            return stored instanceof DecimalLogicalTypeAnnotation decimal
                            && decimal.getPrecision() == type.getPrecision()
                            && decimal.getScale() == type.getScale()
                    ? new Decimals(type.getPrecision(), type.getScale())
                    : null;
        }

        DecimalData of(RowData row, int position) {
            return row.getDecimal(position, precision, scale);
        }

        long unscaled(RowData row, int position) {
            DecimalData value = of(row, position);
            if (value.scale() != scale || value.precision() > precision) {
                throw new IllegalArgumentException("A column of DECIMAL(" + precision + ", " + scale
                        + ") does not take " + value + ", a DECIMAL(" + value.precision() + ", " + value.scale()
                        + "). Cast it first.");
            }
            return value.toUnscaledLong();
        }
    }
}
