package dev.firn.key;

import static dev.firn.key.KeyEncoderTest.encoder;
import static dev.firn.key.KeyEncoderTest.schema;
import static org.assertj.core.api.Assertions.fail;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Byte order is value order, and equal bytes are equal values, for values drawn from every type. */
class KeyOrderTest {

    private static final int VALUES = 60;

    /** A type, how its values are drawn, and how the stored value compares. */
    private record Domain(Type type, Function<Random, Object> draw, Comparator<Object> order) {}

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void bytesOfOneColumnCompareAsItsValues(long seed) {
        Random random = new Random(seed);
        for (Domain domain : domains(random)) {
            assertOrder(List.of(domain), random);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void bytesOfSeveralColumnsCompareColumnByColumn(long seed) {
        Random random = new Random(seed);
        List<Domain> domains = domains(random);
        for (int i = 0; i < 20; i++) {
            List<Domain> columns = new ArrayList<>();
            for (int j = random.nextInt(2, 5); j > 0; j--) {
                columns.add(domains.get(random.nextInt(domains.size())));
            }
            assertOrder(columns, random);
        }
    }

    static LongStream seeds() {
        return LongStream.range(0, 20);
    }

    private static void assertOrder(List<Domain> columns, Random random) {
        KeyEncoder encoder = encoder(schema(columns.stream().map(Domain::type).toArray(Type[]::new)));
        // few values a column, so that rows share prefixes
        int pool = columns.size() == 1 ? VALUES : 4;
        List<List<Object>> values = columns.stream()
                .map(column -> random.ints(pool)
                        .mapToObj(i -> column.draw().apply(random))
                        .toList())
                .toList();
        List<Object[]> rows = new ArrayList<>();
        List<Key> keys = new ArrayList<>();
        for (int i = 0; i < VALUES; i++) {
            Object[] row = values.stream()
                    .map(column -> column.get(random.nextInt(pool)))
                    .toArray();
            rows.add(row);
            keys.add(encoder.encode(GenericRowData.of(row)));
        }
        for (int i = 0; i < VALUES; i++) {
            for (int j = 0; j < VALUES; j++) {
                int expected = compare(columns, rows.get(i), rows.get(j));
                int actual = Integer.signum(keys.get(i).compareTo(keys.get(j)));
                boolean equal = keys.get(i).equals(keys.get(j));
                if (actual != Integer.signum(expected) || equal != (expected == 0)) {
                    fail("%s: %s and %s", columns, Arrays.deepToString(rows.get(i)), Arrays.deepToString(rows.get(j)));
                }
            }
        }
    }

    private static int compare(List<Domain> columns, Object[] left, Object[] right) {
        for (int i = 0; i < left.length; i++) {
            int order = columns.get(i).order().compare(left[i], right[i]);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private static List<Domain> domains(Random random) {
        List<Domain> domains = new ArrayList<>(List.of(
                domain(Types.BooleanType.get(), Random::nextBoolean, Comparator.<Boolean>naturalOrder()),
                domain(Types.IntegerType.get(), KeyOrderTest::anInt, Comparator.<Integer>naturalOrder()),
                domain(Types.LongType.get(), KeyOrderTest::aLong, Comparator.<Long>naturalOrder()),
                domain(Types.DateType.get(), KeyOrderTest::anInt, Comparator.<Integer>naturalOrder()),
                domain(Types.TimeType.get(), r -> r.nextInt(86_400_000), Comparator.<Integer>naturalOrder()),
                domain(Types.TimestampType.withoutZone(), KeyOrderTest::aTimestamp, micros()),
                domain(Types.TimestampType.withZone(), KeyOrderTest::aTimestamp, micros()),
                domain(
                        Types.TimestampNanoType.withoutZone(),
                        KeyOrderTest::aTimestamp,
                        Comparator.<TimestampData>naturalOrder()),
                domain(
                        Types.TimestampNanoType.withZone(),
                        KeyOrderTest::aTimestamp,
                        Comparator.<TimestampData>naturalOrder()),
                domain(
                        Types.StringType.get(),
                        KeyOrderTest::aString,
                        Comparator.comparing(
                                (StringData s) -> s.toString().codePoints().toArray(), Arrays::compare)),
                domain(Types.BinaryType.get(), r -> bytes(r, r.nextInt(4)), Arrays::compareUnsigned),
                domain(Types.UUIDType.get(), r -> bytes(r, 16), Arrays::compareUnsigned),
                domain(Types.FixedType.ofLength(3), r -> bytes(r, 3), Arrays::compareUnsigned)));
        for (int precision : new int[] {1, 2, 9, 10, 18, 19, 38, random.nextInt(1, 39)}) {
            int scale = random.nextInt(precision + 1);
            domains.add(domain(
                    Types.DecimalType.of(precision, scale),
                    r -> aDecimal(r, precision, scale),
                    Comparator.<DecimalData>naturalOrder()));
        }
        return domains;
    }

    @SuppressWarnings("unchecked")
    private static <T> Domain domain(Type type, Function<Random, T> draw, Comparator<T> order) {
        return new Domain(type, draw::apply, (left, right) -> order.compare((T) left, (T) right));
    }

    private static Comparator<TimestampData> micros() {
        return Comparator.comparingLong(TimestampData::getMillisecond)
                .thenComparingInt(value -> value.getNanoOfMillisecond() / 1_000);
    }

    private static int anInt(Random random) {
        return random.nextInt() >> random.nextInt(32);
    }

    private static long aLong(Random random) {
        return random.nextLong() >> random.nextInt(64);
    }

    private static TimestampData aTimestamp(Random random) {
        long millis = Math.floorMod(aLong(random), 18_000_000_000_000L) - 9_000_000_000_000L;
        return TimestampData.fromEpochMillis(
                random.nextBoolean() ? millis : millis % 3, random.nextInt(1_000_000) >> random.nextInt(20));
    }

    private static StringData aString(Random random) {
        int[] alphabet = {0, 1, 'a', 'b', 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF};
        int[] codePoints = random.ints(random.nextInt(5), 0, alphabet.length)
                .map(i -> alphabet[i])
                .toArray();
        return StringData.fromString(new String(codePoints, 0, codePoints.length));
    }

    private static DecimalData aDecimal(Random random, int precision, int scale) {
        BigInteger unscaled = new BigInteger(random.nextInt(1, 128), random)
                .mod(BigInteger.TEN.pow(random.nextInt(1, precision + 1)));
        BigDecimal value = new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), scale);
        return DecimalData.fromBigDecimal(value, precision, scale);
    }

    private static byte[] bytes(Random random, int length) {
        byte[] alphabet = {0, 0, 1, 0x7F, (byte) 0x80, (byte) 0xFE, (byte) 0xFF, (byte) 0xFF};
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = alphabet[random.nextInt(alphabet.length)];
        }
        return bytes;
    }
}
