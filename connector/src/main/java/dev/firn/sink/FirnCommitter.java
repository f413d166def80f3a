package dev.firn.sink;

import dev.firn.iceberg.CheckpointChanges;
import dev.firn.iceberg.CommitCounters;
import dev.firn.iceberg.FirnTable;
import dev.firn.iceberg.SnapshotCommitter;
import dev.firn.index.KeyIndexes;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;

/** Commits each checkpoint of the job as one snapshot, in order. */
final class FirnCommitter implements Committer<CheckpointChanges> {

    private final FirnTable table;
    private final KeyIndexes indexes;
    private final SnapshotCommitter snapshots;
    private final OptionalLong restoredCheckpoint;
    private final Histogram commitMillis = Instruments.newHistogram();
    private CommitLag lag = new CommitLag(InstantSource.system());
    private @Nullable Housekeeping housekeeping;

    /** @param restoredCheckpoint the checkpoint that this run was restored from */
    FirnCommitter(FirnTable table, KeyIndexes indexes, SnapshotCommitter snapshots, OptionalLong restoredCheckpoint) {
        this.table = table;
        this.indexes = indexes;
        this.snapshots = snapshots;
        this.restoredCheckpoint = restoredCheckpoint;
    }

    /** Does chores beside the commits. The housekeeping is closed with this. */
    FirnCommitter keepingHouse(Housekeeping thisOnes) {
        housekeeping = thisOnes;
        return this;
    }

    /** By default the system's clock. */
    FirnCommitter timedBy(InstantSource clock) {
        lag = new CommitLag(clock);
        return this;
    }

    /** Registers everything, as docs/metrics.md lists it. */
    FirnCommitter reportingTo(MetricGroup group) {
        CommitCounters counters = snapshots.counters();
        Instruments firn = Instruments.of(group);
        firn.gauge("snapshotLagMillis", () -> lag.nowMillis());
        firn.histogram("commitLagMillis", lag.untilCommit());
        firn.histogram("commitMillis", commitMillis);
        registerCommits(firn, counters);
        registerTable(firn, counters);
        return this;
    }

    static void registerCommits(Instruments firn, CommitCounters counters) {
        firn.counter("commits", counters::commits);
        firn.counter("commitAttempts", counters::attempts);
        firn.counter("commitRetries", counters::retries);
        firn.counter("deletionVectors", counters::vectors);
        firn.counter("deletionVectorBytes", counters::vectorBytes);
        firn.counter("compactionsCommitted", counters::compactions);
        firn.counter("compactionFilesRefused", counters::refusedCompactionFiles);
    }

    private static void registerTable(Instruments firn, CommitCounters counters) {
        firn.gauge("tableSnapshots", () -> counters.table().snapshots());
        firn.gauge("tableManifests", () -> counters.table().manifests());
        firn.gauge("tableFiles", () -> counters.table().files());
        firn.gauge("tableFileBytes", () -> counters.table().fileBytes());
        firn.gauge("tableRows", () -> counters.table().rows());
        firn.gauge("tableDeadRows", () -> counters.table().deadRows());
    }

    @Override
    public void commit(Collection<CommitRequest<CheckpointChanges>> requests) {
        List<CheckpointChanges> inOrder = requests.stream()
                .map(CommitRequest::getCommittable)
                .sorted(Comparator.comparingLong(changes -> changes.marker().checkpointId()))
                .toList();
        for (CheckpointChanges changes : inOrder) {
            long before = snapshots.counters().commits();
            if (changes.marker().checkpointId() <= restoredCheckpoint.orElse(0)) {
                snapshots.recommit(changes, restoredCheckpoint.getAsLong());
            } else {
                snapshots.commit(changes);
            }
            if (snapshots.counters().commits() > before) {
                commitMillis.update(snapshots.counters().lastMillis());
                lag.committed(changes.barrierMillis());
            }
            lag.holds(changes.barrierMillis());
        }
        if (housekeeping != null) {
            housekeeping.afterCommit();
        }
    }

    @Override
    public void close() throws IOException {
        try (table;
                indexes) {
            if (housekeeping != null) {
                housekeeping.close();
            }
        }
    }
}
