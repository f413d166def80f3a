package dev.firn.feed;

import dev.firn.iceberg.Lanes;
import dev.firn.iceberg.SnapshotStamp;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an enumerator goes on from.
 *
 * @param tableUuid identity of the table
 * @param end the snapshot to end with, null for none
 * @param lanes what the next splits are divided by
 * @param pending splits that no reader has
 */
public record FeedState(
        String tableUuid, Progress progress, @Nullable SnapshotStamp end, LaneState lanes, List<ChangeSplit> pending) {

    /**
     * How far the feed is.
     *
     * @param planned the snapshot up to which there are splits
     * @param consumed the snapshot up to which all splits were read; that of the empty table if there is none
     */
    public record Progress(SnapshotStamp planned, SnapshotStamp consumed, long nextOrdinal) {}

    /** By what splits are divided: see {@link Lanes}. */
    public record LaneState(int epoch, Set<Integer> specIds) {

        public LaneState {
            specIds = Set.copyOf(specIds);
        }
    }

    public FeedState {
        pending = List.copyOf(pending);
    }

    FeedState with(SnapshotStamp consumed, List<ChangeSplit> splits) {
        return new FeedState(
                tableUuid, new Progress(progress.planned(), consumed, progress.nextOrdinal()), end, lanes, splits);
    }
}
