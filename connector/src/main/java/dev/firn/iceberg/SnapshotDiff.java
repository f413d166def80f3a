package dev.firn.iceberg;

import java.util.List;

/**
 * Every data file whose live rows may differ between two snapshots.
 *
 * @param snapshot the newer one
 */
public record SnapshotDiff(SnapshotStamp snapshot, List<FileChange> files) {

    public SnapshotDiff {
        files = List.copyOf(files);
    }
}
