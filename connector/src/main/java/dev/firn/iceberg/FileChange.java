package dev.firn.iceberg;

import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.PartitionSpec;
import org.jspecify.annotations.Nullable;

/**
 * What became of one data file between two snapshots. A vector that is null marks no row.
 *
 * @param file with its row ids and sequence numbers
 * @param spec the file's own
 * @param before the file in the older snapshot, null if it is not there
 * @param after the file in the newer snapshot, null if it is not there
 */
public record FileChange(
        DataFile file,
        PartitionSpec spec,
        @Nullable Liveness before,
        @Nullable Liveness after) {

    /** @param vector the file's deletion vector, null if all of its rows are live */
    public record Liveness(@Nullable DeleteFile vector) {}
}
