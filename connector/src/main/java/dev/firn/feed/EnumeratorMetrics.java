package dev.firn.feed;

import dev.firn.iceberg.SnapshotStamp;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;
import org.jspecify.annotations.Nullable;

/** How far a feed is behind its table, as gauges. Updated by one thread, read by any. */
final class EnumeratorMetrics {

    private volatile long pendingSnapshots;
    private volatile long lagMillis;

    private EnumeratorMetrics() {}

    static EnumeratorMetrics on(@Nullable SplitEnumeratorMetricGroup source) {
        EnumeratorMetrics metrics = new EnumeratorMetrics();
        if (source != null) {
            MetricGroup group = source.addGroup("firn");
            group.gauge("pendingSnapshots", () -> metrics.pendingSnapshots);
            group.gauge("lagMillis", () -> metrics.lagMillis);
        }
        return metrics;
    }

    void update(FeedPlan.Outlook outlook, ConsumedSnapshots consumed) {
        pendingSnapshots = outlook.steps() + (long) consumed.unread();
        SnapshotStamp read = consumed.newest();
        lagMillis = read.isEmptyTable() || pendingSnapshots == 0
                ? 0
                : Math.max(0, outlook.newest().commitMillis() - read.commitMillis());
    }
}
