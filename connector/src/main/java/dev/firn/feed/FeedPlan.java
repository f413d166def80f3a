package dev.firn.feed;

import dev.firn.iceberg.SnapshotStamp;
import java.util.List;

/**
 * The next step of a feed, cut into splits.
 *
 * @param state after it, without the splits
 * @param splits of the step; none if it changed nothing
 */
record FeedPlan(FeedState state, List<ChangeSplit> splits, Outlook outlook) {

    FeedPlan {
        splits = List.copyOf(splits);
    }

    /**
     * What is still to come.
     *
     * @param steps that are known already
     * @param newest snapshot of the table
     * @param ended whether the feed's end is reached
     */
    record Outlook(int steps, SnapshotStamp newest, boolean ended) {}
}
