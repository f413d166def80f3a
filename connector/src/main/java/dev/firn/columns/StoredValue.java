package dev.firn.columns;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.DecimalUtil;
import org.apache.iceberg.util.UUIDUtil;
import org.jspecify.annotations.Nullable;

/** Puts values into vectors as Iceberg stores them. */
final class StoredValue {

    private StoredValue() {}

    /**
     * A vector of one row.
     *
     * @param value in Iceberg's internal values, of the type or of one that can become it
     * @param empty of the class that the type is held in
     */
    static void append(@Nullable Object value, Type type, ColumnVector empty) {
        if (value == null) {
            empty.appendNull();
            return;
        }
        switch (type.typeId()) {
            case BOOLEAN -> ((IntVector) empty).append((Boolean) value ? 1 : 0);
            case INTEGER, DATE -> ((IntVector) empty).append(((Number) value).intValue());
            case LONG, TIME, TIMESTAMP, TIMESTAMP_NANO -> ((LongVector) empty).append(((Number) value).longValue());
            case FLOAT -> ((IntVector) empty).append(Float.floatToRawIntBits(((Number) value).floatValue()));
            case DOUBLE -> ((LongVector) empty).append(Double.doubleToRawLongBits(((Number) value).doubleValue()));
            case STRING ->
                ((BytesVector) empty).append(ByteBuffer.wrap(value.toString().getBytes(StandardCharsets.UTF_8)));
            case UUID -> ((BytesVector) empty).append(ByteBuffer.wrap(UUIDUtil.convert((UUID) value)));
            case FIXED, BINARY -> ((BytesVector) empty).append((ByteBuffer) value);
            case DECIMAL -> appendDecimal(((BigDecimal) value).unscaledValue(), (Types.DecimalType) type, empty);
            default -> throw new IllegalArgumentException("No column of " + type);
        }
    }

    static void appendDecimal(BigInteger unscaled, Types.DecimalType type, ColumnVector into) {
        if (into instanceof IntVector ints) {
            ints.append(unscaled.intValueExact());
        } else if (into instanceof LongVector longs) {
            longs.append(unscaled.longValueExact());
        } else {
            byte[] stored = new byte[TypeUtil.decimalRequiredBytes(type.precision())];
            DecimalUtil.toReusedFixLengthBytes(
                    type.precision(), type.scale(), new BigDecimal(unscaled, type.scale()), stored);
            ((BytesVector) into).append(stored, 0, stored.length);
        }
    }
}
