package dev.firn.iceberg;

import dev.firn.dv.PositionSet;
import dev.firn.index.KeyIndexes;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.NotFoundException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns each checkpoint's changes into one snapshot, and its compactions into a second one, exactly once. Every commit
 * can be repeated: one that the table holds already is recognised, one that would go behind what the table holds is
 * refused. Not thread-safe.
 */
public final class SnapshotCommitter {

    /** Summary property of every snapshot: the job that committed it. */
    static final String JOB_ID = "flink.job-id";

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotCommitter.class);

    private final FirnTable table;
    private final Repair repair;
    private final CommitOptions options;
    private final KeyIndexes indexes;
    private final CommitCounters counters = new CommitCounters();
    private final CommitAttempts attempts;

    /** The marker that the table carried when this one was last right about it. */
    private @Nullable Marker last;

    /** @param indexes local key indexes, for looking up keys in files that somebody else added */
    public SnapshotCommitter(FirnTable table, KeyIndexes indexes, CommitOptions options) {
        this.table = table;
        this.repair = new Repair(table, indexes);
        this.options = options;
        this.indexes = indexes;
        this.attempts = new CommitAttempts(table, options, counters);
    }

    public CommitCounters counters() {
        return counters;
    }

    /**
     * Commits a checkpoint of this run. One without changes leaves the table as it is.
     *
     * @throws StaleSinkException if the table holds a later commit of this sink, or another sink's
     */
    public void commit(CheckpointChanges changes) {
        attempts.run(() -> {
            Optional<Marker> found = table.marker();
            switch (isAnothers(found, changes.marker()) ? Precedence.STALE : Precedence.of(changes, found)) {
                case COMMITTED -> LOG.info("Checkpoint is committed already: {}", changes.marker());
                case NEXT -> delete(apply(changes, repair::find));
                case STALE -> throw stale(changes);
            }
            last = found.orElse(null);
        });
    }

    /**
     * Whether somebody else has come in since this one's last look: a later run of the same sink, whose checkpoint ids
     * may be lower, since they are counted from the checkpoint that it was restored from.
     */
    private boolean isAnothers(Optional<Marker> found, Marker mine) {
        return last != null
                && found.filter(marker ->
                                !marker.equals(last) && !marker.incarnation().equals(mine.incarnation()))
                        .isPresent();
    }

    /**
     * Commits again what a restored checkpoint holds, and sees to it that the table carries the marker of the restored
     * checkpoint itself, which writers wait for.
     *
     * @throws StaleSinkException if the table is further than the restored checkpoint, unless that is accepted
     */
    public void recommit(CheckpointChanges changes, long restoredCheckpoint) {
        attempts.run(() -> {
            switch (Precedence.ofRestored(changes, restoredCheckpoint, table.marker())) {
                case COMMITTED -> LOG.info("Restored checkpoint is committed already: {}", changes.marker());
                case NEXT -> applyOnce(changes);
                case STALE -> acceptOlder(changes);
            }
        });
        if (changes.marker().checkpointId() == restoredCheckpoint) {
            attempts.run(() -> {
                if (!table.marker().equals(Optional.of(changes.marker()))) {
                    transaction(table.operations().current(), changes.marker()).commitMarker();
                }
            });
            last = changes.marker();
        }
    }

    private void acceptOlder(CheckpointChanges changes) throws IOException {
        if (!options.acceptOlderState()) {
            throw stale(changes);
        }
        LOG.warn("Going on from {}, although the table holds {}", changes.marker(), table.marker());
        if (table.marker().filter(marker -> marker.covers(changes.marker())).isEmpty()) {
            applyOnce(changes);
        }
    }

    /** Applies restored changes unless the table's history shows that they are in, however much came after them. */
    private void applyOnce(CheckpointChanges changes) throws IOException {
        Optional<Marker> marker = Optional.of(changes.marker());
        for (Snapshot snapshot : table.ancestors()) {
            if (Marker.ofSummary(snapshot.summary()).equals(marker)) {
                return;
            }
        }
        if (changes.writers().stream()
                .flatMap(writer -> writer.added().stream())
                .anyMatch(this::isGone)) {
            LOG.warn("Files of {} are gone, so it was committed and has been compacted since", changes.marker());
            return;
        }
        // Somebody may have taken the table back, and had what was taken back expire.
        apply(
                changes.withoutCompactions(this::isGone),
                options.acceptOlderState() ? repair::findEverywhere : repair::findRestored);
    }

    private boolean isGone(DataFile file) {
        try {
            return !table.io().newInputFile(file).exists();
        } catch (NotFoundException e) {
            return true;
        }
    }

    private StaleSinkException stale(CheckpointChanges changes) {
        return new StaleSinkException("Table " + table.name() + " holds "
                + table.marker().map(Marker::toString).orElse("no commit") + ", and so refuses " + changes.marker()
                + ": the job was restored from an older checkpoint or savepoint than the last one that was committed, it"
                + " runs twice, or another Firn sink writes to the same table. Restore from the newest checkpoint and see"
                + " that only one sink writes to the table. To go on from the older state all the same, set"
                + " 'sink.accept-older-state' = 'true' for one start: the changes since then are applied once more, by"
                + " key.");
    }

    private interface Repairing {
        Map<String, PositionSet> find(CheckpointChanges changes, LiveFiles live) throws IOException;
    }

    /** @return files that are in no snapshot: outputs of compactions that do not hold any more */
    private List<DataFile> apply(CheckpointChanges changes, Repairing repairing) throws IOException {
        long start = System.nanoTime();
        TableMetadata base = table.operations().current();
        LiveFiles live = table.liveFiles();
        if (newFiles(changes).anyMatch(live::contains)) {
            LOG.info("Files of {} are live already, so it is committed", changes.marker());
            return List.of();
        }
        Map<String, PositionSet> repairs = repairing.find(changes, live);
        Reconciliation outcome =
                Reconciliation.of(changes.writers(), live, repairs, new Reconciliation.Means(table.io(), indexes));
        if (!outcome.isEmpty()) {
            commit(outcome, changes.marker(), base, start);
        }
        return outcome.refused();
    }

    private SnapshotTransaction transaction(TableMetadata base, Marker marker) {
        return new SnapshotTransaction(
                table, base, new SnapshotTransaction.Author(options.jobId(), Optional.of(marker)));
    }

    private static Stream<DataFile> newFiles(CheckpointChanges changes) {
        return changes.writers().stream()
                .flatMap(writer -> Stream.concat(
                        writer.added().stream(),
                        writer.compactions().stream().flatMap(compaction -> compaction.outputs().stream())));
    }

    private void delete(List<DataFile> files) {
        counters.refused(files.size());
        files.forEach(file -> table.io().deleteFile(file.location()));
    }

    private void commit(Reconciliation outcome, Marker marker, TableMetadata base, long start) {
        Collection<DeleteFile> vectors = transaction(base, marker).commit(outcome);
        counters.committed(outcome, vectors, System.nanoTime() - start);
        LOG.info(
                "Committed checkpoint={} files={} vectors={} compactions={} refused={} millis={} sink={} table={}",
                marker.checkpointId(),
                outcome.added().size(),
                vectors.size(),
                outcome.replacements().size(),
                outcome.refused().size(),
                counters.lastMillis(),
                marker.sinkId(),
                table.name());
    }
}
