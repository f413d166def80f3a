package dev.firn.compaction;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Drops rows whose time, in one of their columns, is a duration or longer ago when the merge starts, and sees to it
 * that they are merged before it is twice as long ago. A row without a time lives for ever; a date counts as its first
 * moment in UTC.
 */
public final class TimeToLive implements RowFilter {

    private final int position;
    private final NestedField column;
    private final Duration timeToLive;
    private final LongSupplier epochMillis;

    private TimeToLive(int position, NestedField column, Duration timeToLive, LongSupplier epochMillis) {
        this.position = position;
        this.column = column;
        this.timeToLive = timeToLive;
        this.epochMillis = epochMillis;
    }

    /**
     * A filter of a table's rows.
     *
     * @param column name of a top-level column of a timestamp type, DATE, or BIGINT with milliseconds since 1970
     * @param timeToLive positive
     * @param epochMillis the time, in milliseconds since 1970
     * @throws IllegalArgumentException if there is no such column, or if it is of another type
     */
    public static TimeToLive of(Schema schema, String column, Duration timeToLive, LongSupplier epochMillis) {
        if (timeToLive.isZero() || timeToLive.isNegative()) {
            throw new IllegalArgumentException("The time to live of rows must be positive: " + timeToLive);
        }
        NestedField field = schema.asStruct().field(column);
        if (field == null) {
            throw new IllegalArgumentException("The table has no column '" + column
                    + "' for the time to live of its rows. It has "
                    + schema.columns().stream().map(NestedField::name).toList());
        }
        cutoff(field.type(), column, 0);
        return new TimeToLive(schema.columns().indexOf(field), field, timeToLive, epochMillis);
    }

    @Override
    public Verdict judge(StructLike row) {
        return atStart().judge(row);
    }

    @Override
    public RowFilter atStart() {
        long expired = saturatedMinus(epochMillis.getAsLong(), timeToLive);
        long overdue = saturatedMinus(expired, timeToLive);
        return new Expiry(
                position,
                column,
                cutoff(column.type(), column.name(), expired),
                cutoff(column.type(), column.name(), overdue));
    }

    @Override
    public long foreseenDrops(DataFile file) {
        return atStart().foreseenDrops(file);
    }

    @Override
    public boolean isOverdue(DataFile file) {
        return atStart().isOverdue(file);
    }

    @Override
    public Set<Integer> metricsColumns() {
        return Set.of(column.fieldId());
    }

    private static long saturatedMinus(long now, Duration duration) {
        try {
            return Math.subtractExact(now, duration.toMillis());
        } catch (ArithmeticException e) {
            return Long.MIN_VALUE;
        }
    }

    /** The latest value that has expired, saturated. */
    private static long cutoff(Type type, String column, long millis) {
        return switch (type.typeId()) {
            case LONG -> millis;
            case TIMESTAMP -> TimeUnit.MILLISECONDS.toMicros(millis);
            case TIMESTAMP_NANO -> TimeUnit.MILLISECONDS.toNanos(millis);
            case DATE -> Math.floorDiv(millis, TimeUnit.DAYS.toMillis(1));
            default ->
                throw new IllegalArgumentException("Column '" + column + "' is " + type
                        + ", which tells no time. Choose a TIMESTAMP, TIMESTAMP_LTZ, DATE or BIGINT (milliseconds since"
                        + " 1970) column for the time to live of rows");
        };
    }
}
