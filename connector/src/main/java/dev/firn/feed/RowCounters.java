package dev.firn.feed;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.types.RowKind;

/** Rows that were emitted, by kind. One thread. */
final class RowCounters {

    private final Counter inserts;
    private final Counter updatesBefore;
    private final Counter updatesAfter;
    private final Counter deletes;

    private RowCounters(MetricGroup group) {
        inserts = group.counter("inserts");
        updatesBefore = group.counter("updatesBefore");
        updatesAfter = group.counter("updatesAfter");
        deletes = group.counter("deletes");
    }

    static RowCounters on(MetricGroup reader) {
        return new RowCounters(reader.addGroup("firn"));
    }

    void count(RowKind kind) {
        switch (kind) {
            case INSERT -> inserts.inc();
            case UPDATE_BEFORE -> updatesBefore.inc();
            case UPDATE_AFTER -> updatesAfter.inc();
            case DELETE -> deletes.inc();
        }
    }
}
