package dev.firn.columns;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.UUIDUtil;
import org.jspecify.annotations.Nullable;

/** Turns a value of a vector, as Iceberg stores the column's type, into Iceberg's internal one. */
@FunctionalInterface
interface InternalValue {

    /** @param row where there is no null */
    Object get(ColumnVector vector, int row);

    /** Null if values of the type are not in one column of their own. */
    static @Nullable InternalValue of(Type type) {
        return switch (type.typeId()) {
            case BOOLEAN -> (vector, row) -> ((IntVector) vector).get(row) != 0;
            case INTEGER, DATE -> (vector, row) -> ((IntVector) vector).get(row);
            case LONG, TIME, TIMESTAMP, TIMESTAMP_NANO -> (vector, row) -> ((LongVector) vector).get(row);
            case FLOAT -> (vector, row) -> Float.intBitsToFloat(((IntVector) vector).get(row));
            case DOUBLE -> (vector, row) -> Double.longBitsToDouble(((LongVector) vector).get(row));
            case STRING -> InternalValue::string;
            case UUID -> (vector, row) -> UUIDUtil.convert(bytes(vector, row));
            case FIXED, BINARY -> (vector, row) -> ByteBuffer.wrap(bytes(vector, row));
            case DECIMAL -> {
                int scale = ((Types.DecimalType) type).scale();
                yield (vector, row) -> new BigDecimal(unscaled(vector, row), scale);
            }
            default -> null;
        };
    }

    private static String string(ColumnVector vector, int row) {
        BytesVector values = (BytesVector) vector;
        return new String(values.bytes(), values.start(row), values.length(row), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(ColumnVector vector, int row) {
        BytesVector values = (BytesVector) vector;
        int start = values.start(row);
        return Arrays.copyOfRange(values.bytes(), start, start + values.length(row));
    }

    /** Of a decimal in any of the ways in which Parquet stores one. */
    static BigInteger unscaled(ColumnVector vector, int row) {
        if (vector instanceof IntVector ints) {
            return BigInteger.valueOf(ints.get(row));
        }
        if (vector instanceof LongVector longs) {
            return BigInteger.valueOf(longs.get(row));
        }
        return new BigInteger(bytes(vector, row));
    }
}
