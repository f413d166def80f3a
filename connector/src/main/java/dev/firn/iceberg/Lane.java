package dev.firn.iceberg;

import java.io.Serializable;

/**
 * A unit of order: a set of keys whose changes are read by one subtask, in the order of the snapshots.
 *
 * @param epoch lanes of a higher epoch divide the keys in another way, and are read after all of a lower one
 * @param name of the lane within its epoch; empty for rows that may be read anywhere
 */
public record Lane(int epoch, String name) implements Serializable {

    public static Lane free(int epoch) {
        return new Lane(epoch, "");
    }

    /** Whether any subtask may read it, at the same time as others. */
    public boolean isFree() {
        return name.isEmpty();
    }
}
