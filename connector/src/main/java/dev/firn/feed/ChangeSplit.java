package dev.firn.feed;

import dev.firn.iceberg.FileChange;
import dev.firn.iceberg.Lane;
import dev.firn.iceberg.SnapshotStamp;
import java.util.List;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * What one snapshot changed in one lane, or some of the rows that a scan of it finds. Its rows are the same at every
 * reading, and in the same order: that of their keys, with a {@code -U} right ahead of its {@code +U}; but if only new
 * rows or only dead ones are in its files, as they lie in them, file after file.
 *
 * @param ordinal grows with each split of a feed
 * @param snapshot that brought the changes
 * @param lane keys that are read one snapshot after the other, at one subtask
 * @param files whose live rows differ; in a scan, all of them are new
 * @param emitted rows that were passed on already
 */
public record ChangeSplit(long ordinal, SnapshotStamp snapshot, Lane lane, List<FileChange> files, long emitted)
        implements SourceSplit {

    public ChangeSplit {
        files = List.copyOf(files);
    }

    @Override
    public String splitId() {
        return Long.toString(ordinal);
    }

    /** Flink logs each split, which may have thousands of files. */
    @Override
    public String toString() {
        return "split " + ordinal + " of snapshot " + snapshot.id() + ", " + lane + ", " + files.size() + " files, "
                + emitted + " rows emitted";
    }

    ChangeSplit after(long rows) {
        return new ChangeSplit(ordinal, snapshot, lane, files, rows);
    }
}
