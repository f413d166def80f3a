package dev.firn.sink;

import dev.firn.iceberg.CheckpointChanges;
import dev.firn.iceberg.CommitCounters;
import dev.firn.iceberg.FirnTable;
import dev.firn.iceberg.SnapshotCommitter;
import dev.firn.index.KeyIndexes;
import java.io.IOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/** Commits each checkpoint of the job as one snapshot, in order. */
final class FirnCommitter implements Committer<CheckpointChanges> {

    private final FirnTable table;
    private final KeyIndexes indexes;
    private final SnapshotCommitter snapshots;
    private final OptionalLong restoredCheckpoint;

    /** @param restoredCheckpoint the checkpoint that this run was restored from */
    FirnCommitter(FirnTable table, KeyIndexes indexes, SnapshotCommitter snapshots, OptionalLong restoredCheckpoint) {
        this.table = table;
        this.indexes = indexes;
        this.snapshots = snapshots;
        this.restoredCheckpoint = restoredCheckpoint;
    }

    /** Registers what docs/metrics.md lists. */
    FirnCommitter reportingTo(MetricGroup group) {
        CommitCounters counters = snapshots.counters();
        gauge(group, "commits", counters::commits);
        gauge(group, "commitAttempts", counters::attempts);
        gauge(group, "lastCommitMillis", counters::lastMillis);
        gauge(group, "deletionVectors", counters::vectors);
        gauge(group, "deletionVectorBytes", counters::vectorBytes);
        gauge(group, "compactionsCommitted", counters::compactions);
        gauge(group, "compactionFilesRefused", counters::refusedCompactionFiles);
        return this;
    }

    private static void gauge(MetricGroup group, String name, LongSupplier value) {
        group.<Long, Gauge<Long>>gauge(name, value::getAsLong);
    }

    @Override
    public void commit(Collection<CommitRequest<CheckpointChanges>> requests) {
        List<CheckpointChanges> inOrder = requests.stream()
                .map(CommitRequest::getCommittable)
                .sorted(Comparator.comparingLong(changes -> changes.marker().checkpointId()))
                .toList();
        for (CheckpointChanges changes : inOrder) {
            if (changes.marker().checkpointId() <= restoredCheckpoint.orElse(0)) {
                snapshots.recommit(changes, restoredCheckpoint.getAsLong());
            } else {
                snapshots.commit(changes);
            }
        }
    }

    @Override
    public void close() throws IOException {
        try (table) {
            indexes.close();
        }
    }
}
