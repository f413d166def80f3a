package dev.firn.sink;

import dev.firn.compaction.RowFilter;
import dev.firn.compaction.TimeToLive;
import java.io.Serializable;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.iceberg.Schema;

/**
 * How long rows live.
 *
 * @param column of the table, with the time from which on a row's life counts
 */
public record RecordTtl(Duration timeToLive, String column) implements Serializable {

    public RecordTtl {
        if (timeToLive.isZero() || timeToLive.isNegative()) {
            throw new IllegalArgumentException("With a time to live of " + timeToLive
                    + " no row would stay; choose a positive one, such as 30 d, or leave it out");
        }
    }

    /**
     * The filter that drops what has expired.
     *
     * @param schema all of the table's columns
     * @param epochMillis the time, in milliseconds since 1970
     * @throws IllegalArgumentException if the column is missing, or tells no time
     */
    RowFilter filter(Schema schema, LongSupplier epochMillis) {
        return TimeToLive.of(schema, column, timeToLive, epochMillis);
    }
}
