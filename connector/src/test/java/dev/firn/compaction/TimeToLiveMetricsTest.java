package dev.firn.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is foreseen of a file whose rows are not read. */
class TimeToLiveMetricsTest {

    private static final int TIME = 7;
    private static final long TTL = 1_000;
    private static final long NOW = 10_000;

    @Test
    void aFileIsDroppedAsAWholeOnceItsLatestRowHasExpired() {
        assertThat(foreseen(file(100, 0L, 8_500, 9_000))).isEqualTo(100);
        assertThat(foreseen(file(100, 0L, 8_500, 9_001))).isLessThan(100);
    }

    @Test
    void aFileWithRowsThatLiveForEverIsNeverDroppedAsAWhole() {
        assertThat(foreseen(file(100, 30L, 8_500, 9_000))).isEqualTo(70);
        assertThat(foreseen(file(100, null, 8_500, 9_000))).isEqualTo(99);
        assertThat(foreseen(file(100, 1L, 0, 1))).isEqualTo(99);
        assertThat(foreseen(file(1, null, 0, 1))).isZero();
    }

    @Test
    void rowsExpireAsIfTheirTimesWereSpreadEvenly() {
        assertThat(foreseen(file(100, 0L, 8_500, 9_499))).isEqualTo(50);
        assertThat(foreseen(file(100, 50L, 8_500, 9_499))).isEqualTo(25);
        assertThat(foreseen(file(100, 0L, 8_901, 9_900))).isEqualTo(10);
    }

    @Test
    void nothingIsForeseenOfAFileWithoutAnExpiredRow() {
        assertThat(foreseen(file(100, 0L, 9_001, 9_001))).isZero();
        assertThat(foreseen(file(0, 0L, 0, 0))).isZero();
    }

    @Test
    void aFileIsOverdueOnceItsEarliestRowHasExpiredForAsLongAsItLived() {
        RowFilter filter = filter(Types.LongType.get(), NOW);

        assertThat(filter.isOverdue(file(100, 0L, 8_001, 1_000_000))).isFalse();
        assertThat(filter.isOverdue(file(100, 99L, 8_000, 1_000_000))).isTrue();
        assertThat(filter.isOverdue(file(100, 0L, 0, 0).copyWithoutStats())).isFalse();
    }

    @Test
    void nothingIsForeseenWithoutBounds() {
        assertThat(foreseen(dataFile(100, metrics(100, 0L, Map.of(), Map.of()))))
                .isZero();
        assertThat(foreseen(file(100, 0L, 0, 0).copyWithoutStats())).isZero();
    }

    @Test
    void boundsFromWhenTheColumnHadAnotherTypeAreNotBelieved() {
        ByteBuffer date = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, 3);
        Metrics metrics = metrics(100, 0L, Map.of(TIME, date), Map.of(TIME, date));
        RowFilter filter = filter(Types.TimestampType.withoutZone(), TimeUnit.DAYS.toMillis(30_000));

        assertThat(filter.foreseenDrops(dataFile(100, metrics))).isZero();
    }

    @Test
    void everyTypeOfTimeIsUnderstood() {
        long day = TimeUnit.DAYS.toMillis(1);
        assertThat(boundary(Types.TimestampType.withoutZone(), 9_000_000L, 9_000_001L))
                .isTrue();
        assertThat(boundary(Types.TimestampType.withZone(), 9_000_000L, 9_000_001L))
                .isTrue();
        assertThat(boundary(Types.TimestampNanoType.withZone(), 9_000_000_000L, 9_000_000_001L))
                .isTrue();
        assertThat(boundary(Types.LongType.get(), 9_000L, 9_001L)).isTrue();
        RowFilter dates = filter(Types.DateType.get(), 5 * day + TTL);
        assertThat(dates.foreseenDrops(file(Types.DateType.get(), 5, 5))).isEqualTo(10);
        assertThat(dates.foreseenDrops(file(Types.DateType.get(), 6, 6))).isZero();
    }

    private static boolean boundary(Type type, Object expired, Object alive) {
        RowFilter filter = filter(type, NOW);
        return filter.foreseenDrops(file(type, expired, expired)) == 10
                && filter.foreseenDrops(file(type, alive, alive)) == 0;
    }

    @Test
    void aRunningMergeGoesByTheTimeWhenItStarted() {
        long[] now = {NOW};
        RowFilter filter = TimeToLive.of(schema(Types.LongType.get()), "at", Duration.ofMillis(TTL), () -> now[0]);
        RowFilter started = filter.atStart();
        now[0] += 1;

        assertThat(started.foreseenDrops(file(1, 0L, 9_001, 9_001))).isZero();
        assertThat(filter.foreseenDrops(file(1, 0L, 9_001, 9_001))).isEqualTo(1);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void noFileWithARowThatStaysIsEverForeseenToGoAsAWhole(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            long[] times = random.longs(1 + random.nextInt(6), 7_000, 9_500).toArray();
            long nulls = random.nextInt(3);
            long rows = times.length + nulls;
            long min = LongStream.of(times).min().orElseThrow();
            long max = LongStream.of(times).max().orElseThrow();
            long foreseen = foreseen(file(rows, random.nextInt(4) == 0 ? null : Long.valueOf(nulls), min, max));
            boolean isOver = nulls == 0 && max <= NOW - TTL;

            assertThat(foreseen).isBetween(0L, isOver ? rows : rows - 1);
            if (min > NOW - TTL) {
                assertThat(foreseen).isZero();
            }
        }
    }

    private static long foreseen(DataFile file) {
        return filter(Types.LongType.get(), NOW).foreseenDrops(file);
    }

    private static RowFilter filter(Type type, long now) {
        return TimeToLive.of(schema(type), "at", Duration.ofMillis(TTL), () -> now);
    }

    private static Schema schema(Type type) {
        return new Schema(NestedField.required(1, "id", Types.LongType.get()), NestedField.optional(TIME, "at", type));
    }

    private static DataFile file(long rows, @Nullable Long nulls, long lowest, long highest) {
        return dataFile(
                rows,
                metrics(
                        rows,
                        nulls,
                        Map.of(TIME, bound(Types.LongType.get(), lowest)),
                        Map.of(TIME, bound(Types.LongType.get(), highest))));
    }

    private static DataFile file(Type type, Object lowest, Object highest) {
        return dataFile(10, metrics(10, 0L, Map.of(TIME, bound(type, lowest)), Map.of(TIME, bound(type, highest))));
    }

    private static ByteBuffer bound(Type type, Object value) {
        return Objects.requireNonNull(Conversions.toByteBuffer(type, value));
    }

    private static Metrics metrics(
            long rows, @Nullable Long nulls, Map<Integer, ByteBuffer> lower, Map<Integer, ByteBuffer> upper) {
        return new Metrics(
                rows,
                Map.of(),
                Map.of(TIME, rows),
                nulls == null ? Map.of() : Map.of(TIME, nulls),
                Map.of(),
                lower,
                upper);
    }

    private static DataFile dataFile(long rows, Metrics metrics) {
        return DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath("/t/data/f-L0.parquet")
                .withFileSizeInBytes(1_000)
                .withRecordCount(rows)
                .withMetrics(metrics)
                .build();
    }
}
