package dev.firn.compaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TimeToLiveTest {

    private static final long NOW = Instant.parse("2024-05-17T10:00:00Z").toEpochMilli();
    private static final long HOUR = Duration.ofHours(1).toMillis();

    @Test
    void rowsOfTheTimeToLiveOrOlderAreDropped() {
        assertThat(survives(Types.LongType.get(), NOW - HOUR + 1)).isTrue();
        assertThat(survives(Types.LongType.get(), NOW - HOUR)).isFalse();
        assertThat(survives(Types.LongType.get(), Long.MIN_VALUE)).isFalse();
        assertThat(survives(Types.LongType.get(), Long.MAX_VALUE)).isTrue();
    }

    @Test
    void timestampsAreReadInTheirUnit() {
        long micros = (NOW - HOUR) * 1_000;
        assertThat(survives(Types.TimestampType.withoutZone(), micros + 1)).isTrue();
        assertThat(survives(Types.TimestampType.withoutZone(), micros)).isFalse();
        assertThat(survives(Types.TimestampType.withZone(), micros + 1)).isTrue();
        assertThat(survives(Types.TimestampType.withZone(), micros)).isFalse();
        assertThat(survives(Types.TimestampNanoType.withoutZone(), micros * 1_000 + 1))
                .isTrue();
        assertThat(survives(Types.TimestampNanoType.withZone(), micros * 1_000)).isFalse();
    }

    @Test
    void aDateCountsAsItsFirstMoment() {
        int today = (int) (NOW / Duration.ofDays(1).toMillis());
        assertThat(survives(Types.DateType.get(), today)).isFalse();
        assertThat(survives(Types.DateType.get(), today + 1)).isTrue();
    }

    @Test
    void aRowWithoutATimeLivesForEver() {
        assertThat(survives(Types.LongType.get(), null)).isTrue();
    }

    @Test
    void aMergeHasOneTimeHoweverLongItTakes() {
        AtomicLong clock = new AtomicLong(NOW);
        RowFilter merge = TimeToLive.of(schema(Types.LongType.get()), "at", Duration.ofMillis(HOUR), clock::get)
                .atStart();
        clock.addAndGet(2 * HOUR);

        assertThat(merge.judge(row(Types.LongType.get(), NOW))).isInstanceOf(RowFilter.Verdict.Keep.class);
    }

    @Test
    void anEndlessTimeToLiveKeepsEverything() {
        RowFilter filter = TimeToLive.of(
                schema(Types.TimestampType.withZone()), "at", Duration.ofSeconds(Long.MAX_VALUE), () -> NOW);
        assertThat(filter.judge(row(Types.TimestampType.withZone(), 0L))).isInstanceOf(RowFilter.Verdict.Keep.class);
    }

    @Test
    void aColumnThatTellsNoTimeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> survives(Types.StringType.get(), "x"))
                .withMessageContainingAll("'at'", "string", "TIMESTAMP");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TimeToLive.of(schema(Types.LongType.get()), "when", Duration.ofMillis(1), () -> NOW))
                .withMessageContainingAll("'when'", "at");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TimeToLive.of(schema(Types.LongType.get()), "at", Duration.ZERO, () -> NOW));
    }

    private static boolean survives(Type type, @Nullable Object time) {
        return TimeToLive.of(schema(type), "at", Duration.ofMillis(HOUR), () -> NOW)
                        .judge(row(type, time))
                instanceof RowFilter.Verdict.Keep;
    }

    private static Schema schema(Type type) {
        return new Schema(NestedField.required(1, "id", Types.LongType.get()), NestedField.optional(2, "at", type));
    }

    private static GenericRecord row(Type type, @Nullable Object time) {
        GenericRecord row = GenericRecord.create(schema(type));
        row.set(0, 1L);
        row.set(1, time);
        return row;
    }
}
