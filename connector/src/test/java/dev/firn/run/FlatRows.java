package dev.firn.run;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.BinaryType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Random rows of all types that are not nested: values far apart, and columns with few values, all nulls or no nulls.
 */
final class FlatRows {

    static final ResolvedSchema COLUMNS = ResolvedSchema.of(
            Column.physical("k_big", DataTypes.BIGINT().notNull()),
            Column.physical("k_string", DataTypes.STRING().notNull()),
            Column.physical("c_bool", DataTypes.BOOLEAN()),
            Column.physical("r_bool", DataTypes.BOOLEAN().notNull()),
            Column.physical("c_tiny", DataTypes.TINYINT()),
            Column.physical("c_small", DataTypes.SMALLINT()),
            Column.physical("c_int", DataTypes.INT()),
            Column.physical("r_int", DataTypes.INT().notNull()),
            Column.physical("c_big", DataTypes.BIGINT()),
            Column.physical("c_float", DataTypes.FLOAT()),
            Column.physical("r_float", DataTypes.FLOAT().notNull()),
            Column.physical("c_double", DataTypes.DOUBLE()),
            Column.physical("r_double", DataTypes.DOUBLE().notNull()),
            Column.physical("c_char", DataTypes.CHAR(5)),
            Column.physical("c_string", DataTypes.STRING()),
            Column.physical("c_binary", DataTypes.BINARY(7)),
            Column.physical("c_bytes", DataTypes.BYTES()),
            Column.physical("c_decimal9", DataTypes.DECIMAL(9, 2)),
            Column.physical("c_decimal18", DataTypes.DECIMAL(18, 0)),
            Column.physical("c_decimal38", DataTypes.DECIMAL(38, 10)),
            Column.physical("c_date", DataTypes.DATE()),
            Column.physical("c_time", DataTypes.TIME(0)),
            Column.physical("c_timestamp3", DataTypes.TIMESTAMP(3)),
            Column.physical("c_timestamp6", DataTypes.TIMESTAMP(6)),
            Column.physical("c_timestamp9", DataTypes.TIMESTAMP(9)),
            Column.physical("c_ltz6", DataTypes.TIMESTAMP_LTZ(6)),
            Column.physical("c_ltz9", DataTypes.TIMESTAMP_LTZ(9)));

    static final RowType TYPE = (RowType) COLUMNS.toPhysicalRowDataType().getLogicalType();

    private FlatRows() {}

    /** What the values of a column are like. */
    private enum Kind {
        ALL_DIFFERENT,
        FEW,
        RUNS,
        SPARSE,
        NULL
    }

    /** Binary rows and others. */
    static List<RowData> random(Random random, int count) {
        RowDataSerializer serializer = new RowDataSerializer(TYPE);
        List<Kind> kinds = new ArrayList<>();
        List<List<@Nullable Object>> few = new ArrayList<>();
        for (LogicalType type : TYPE.getChildren()) {
            kinds.add(Kind.values()[random.nextInt(Kind.values().length)]);
            List<@Nullable Object> values = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(40); i++) {
                values.add(value(type, random));
            }
            few.add(values);
        }
        List<RowData> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            GenericRowData row = new GenericRowData(TYPE.getFieldCount());
            for (int column = 0; column < TYPE.getFieldCount(); column++) {
                LogicalType type = TYPE.getTypeAt(column);
                List<@Nullable Object> values = few.get(column);
                boolean isNull = type.isNullable()
                        && switch (kinds.get(column)) {
                            case NULL -> true;
                            case SPARSE -> random.nextInt(10) != 0;
                            case FEW -> random.nextInt(6) == 0;
                            default -> false;
                        };
                Object value = switch (kinds.get(column)) {
                    case FEW -> values.get(random.nextInt(values.size()));
                    case RUNS -> values.get(i / 25 % values.size());
                    default -> value(type, random);
                };
                row.setField(column, isNull ? null : value);
            }
            rows.add(i % 2 == 0 ? row : serializer.toBinaryRow(row).copy());
        }
        return rows;
    }

    private static Object value(LogicalType type, Random random) {
        boolean extreme = random.nextInt(8) == 0;
        return switch (type.getTypeRoot()) {
            case BOOLEAN -> random.nextBoolean();
            case TINYINT -> extreme ? Byte.MIN_VALUE : (byte) random.nextInt();
            case SMALLINT -> extreme ? Short.MAX_VALUE : (short) random.nextInt();
            case INTEGER -> extreme ? Integer.MIN_VALUE : random.nextInt();
            case BIGINT -> extreme ? Long.MAX_VALUE : random.nextLong();
            case FLOAT -> extreme ? strange(random).floatValue() : random.nextFloat() * 100;
            case DOUBLE -> extreme ? strange(random) : random.nextGaussian();
            case CHAR, VARCHAR -> StringData.fromString(text(random));
            case BINARY -> bytes(((BinaryType) type).getLength(), random);
            case VARBINARY -> bytes(extreme ? random.nextInt(3_000) : random.nextInt(9), random);
            case DECIMAL -> decimal((DecimalType) type, random);
            case DATE -> random.nextInt(100_000) - 50_000;
            case TIME_WITHOUT_TIME_ZONE -> random.nextInt(24 * 3600) * 1000;
            case TIMESTAMP_WITHOUT_TIME_ZONE -> timestamp(((TimestampType) type).getPrecision(), random);
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> timestamp(((LocalZonedTimestampType) type).getPrecision(), random);
            default -> throw new IllegalStateException("No values for " + type);
        };
    }

    private static Double strange(Random random) {
        List<Double> values = List.of(
                Double.NaN, -0.0, 0.0, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, Double.MIN_VALUE, -1e30);
        return values.get(random.nextInt(values.size()));
    }

    private static String text(Random random) {
        return random.ints(random.nextInt(random.nextInt(20) == 0 ? 300 : 9), 0, 5)
                .mapToObj(i -> List.of("a", "\u0000", "ß", "\uD83D\uDE00", "Z").get(i))
                .reduce("", String::concat);
    }

    private static byte[] bytes(int length, Random random) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static DecimalData decimal(DecimalType type, Random random) {
        BigDecimal unscaled = new BigDecimal(new BigInteger(type.getPrecision() * 3, random));
        BigDecimal value = (random.nextBoolean() ? unscaled : unscaled.negate()).movePointLeft(type.getScale());
        return DecimalData.fromBigDecimal(value.setScale(type.getScale()), type.getPrecision(), type.getScale());
    }

    private static TimestampData timestamp(int precision, Random random) {
        long millis = random.nextLong(-2_000_000_000_000L, 4_000_000_000_000L);
        int nanos = switch (precision) {
            case 3 -> 0;
            case 6 -> random.nextInt(1_000) * 1_000;
            default -> random.nextInt(1_000_000);
        };
        return TimestampData.fromEpochMillis(millis, nanos);
    }
}
