package dev.firn.feed;

import dev.firn.iceberg.SnapshotStamp;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;

/** How far a feed is behind its table, as gauges. Updated by one thread, read by any. */
final class EnumeratorMetrics {

    private volatile long pendingSnapshots;
    private volatile long lagMillis;

    private EnumeratorMetrics() {}

    /** @param enumerator null for none */
    static EnumeratorMetrics on(@Nullable MetricGroup enumerator) {
        EnumeratorMetrics metrics = new EnumeratorMetrics();
        if (enumerator != null) {
            MetricGroup group = enumerator.addGroup("firn");
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
