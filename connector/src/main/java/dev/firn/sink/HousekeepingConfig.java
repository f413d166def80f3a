package dev.firn.sink;

import dev.firn.iceberg.Retention;
import java.io.Serializable;
import java.time.Duration;

/**
 * What the sink does for the table beside its commits.
 *
 * @param expiryInterval between two looks for snapshots that are to go; zero if somebody else expires them
 * @param orphanInterval between two looks for files that are in no snapshot; zero if somebody else removes them
 * @param orphanMinAge younger files may belong to a checkpoint that is not committed yet
 */
public record HousekeepingConfig(
        Duration expiryInterval, Retention retention, Duration orphanInterval, Duration orphanMinAge)
        implements Serializable {

    private static final Duration LEAST_AGE = Duration.ofHours(1);

    public HousekeepingConfig {
        if (expiryInterval.isNegative() || orphanInterval.isNegative()) {
            throw new IllegalArgumentException("The intervals of housekeeping cannot be negative: expiry each "
                    + expiryInterval + ", removal of orphans each " + orphanInterval
                    + ". Give them a time, or 0 s to turn them off");
        }
        if (orphanMinAge.compareTo(LEAST_AGE) < 0) {
            throw new IllegalArgumentException("Files of " + orphanMinAge
                    + " of age may belong to a checkpoint that is under way, and deleting them would lose rows. Give"
                    + " 'orphan-removal.min-age' an hour at least, and more than a checkpoint ever takes");
        }
    }

    /** Expiry every ten minutes; once a day orphans older than three days. */
    public static HousekeepingConfig defaults() {
        return new HousekeepingConfig(
                Duration.ofMinutes(10), Retention.defaults(), Duration.ofDays(1), Duration.ofDays(3));
    }

    /** All of it is somebody else's. */
    public static HousekeepingConfig none() {
        HousekeepingConfig defaults = defaults();
        return new HousekeepingConfig(Duration.ZERO, defaults.retention(), Duration.ZERO, defaults.orphanMinAge());
    }

    /** Orphans are somebody else's. */
    HousekeepingConfig withoutOrphans() {
        return new HousekeepingConfig(expiryInterval, retention, Duration.ZERO, orphanMinAge);
    }
}
