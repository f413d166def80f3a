package dev.firn.iceberg;

import java.io.Serializable;
import java.time.Duration;

/**
 * Which snapshots are kept beyond what the table's own properties say ({@code history.expire.*}), for a table with a
 * snapshot or two a checkpoint may have millions of them before they are old.
 *
 * @param maxSnapshots of the main branch; older ones go however young they are
 * @param minAge a younger snapshot does not go because there are too many: somebody may be reading it
 */
public record Retention(int maxSnapshots, Duration minAge) implements Serializable {

    public Retention {
        if (maxSnapshots <= 0) {
            throw new IllegalArgumentException(
                    "A table has at least one snapshot, so 'snapshot-expiry.max-snapshots' cannot be " + maxSnapshots);
        }
        if (minAge.isNegative()) {
            throw new IllegalArgumentException("'snapshot-expiry.min-age' cannot be negative: " + minAge);
        }
    }

    /** A thousand snapshots, and those of the last hour. */
    public static Retention defaults() {
        return new Retention(1000, Duration.ofHours(1));
    }
}
