package dev.firn.iceberg;

import dev.firn.dv.DeletionVectors;
import dev.firn.dv.PositionSet;
import dev.firn.index.KeyIndexes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.Transactions;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.util.Tasks;
import org.apache.iceberg.util.ThreadPools;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns each checkpoint's changes into one snapshot, exactly once. Every commit can be repeated: one that the table
 * holds already is recognised, one that would go behind what the table holds is refused. Not thread-safe.
 */
public final class SnapshotCommitter {

    /** Summary property of every snapshot: the job that committed it. */
    static final String JOB_ID = "flink.job-id";

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotCommitter.class);
    private static final int MAX_WAIT_MILLIS = 60_000;

    private final FirnTable table;
    private final Repair repair;
    private final CommitOptions options;

    /** @param indexes local key indexes, for looking up keys in files that somebody else added */
    public SnapshotCommitter(FirnTable table, KeyIndexes indexes, CommitOptions options) {
        this.table = table;
        this.repair = new Repair(table, indexes);
        this.options = options;
    }

    /**
     * Commits a checkpoint of this run. One without changes leaves the table as it is.
     *
     * @throws StaleSinkException if the table holds a later commit of this sink, or another sink's
     */
    public void commit(CheckpointChanges changes) {
        retrying(() -> {
            switch (Precedence.of(changes, table.marker())) {
                case COMMITTED -> LOG.info("Checkpoint is committed already: {}", changes.marker());
                case NEXT -> apply(changes, repair::find);
                case STALE -> throw stale(changes);
            }
        });
    }

    /**
     * Commits again what a restored checkpoint holds, and sees to it that the table carries the marker of the restored
     * checkpoint itself, which writers wait for.
     *
     * @throws StaleSinkException if the table is further than the restored checkpoint, unless that is accepted
     */
    public void recommit(CheckpointChanges changes, long restoredCheckpoint) {
        retrying(() -> {
            switch (Precedence.ofRestored(changes, restoredCheckpoint, table.marker())) {
                case COMMITTED -> LOG.info("Restored checkpoint is committed already: {}", changes.marker());
                case NEXT -> applyOnce(changes);
                case STALE -> acceptOlder(changes);
            }
        });
        if (changes.marker().checkpointId() == restoredCheckpoint) {
            retrying(() -> {
                if (!table.marker().equals(Optional.of(changes.marker()))) {
                    commitMarker(changes.marker());
                }
            });
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
        apply(changes, options.acceptOlderState() ? repair::findEverywhere : repair::find);
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

    private interface Attempt {
        void run() throws IOException;
    }

    /**
     * Runs on a refreshed table, again after a lost race or a lost answer; the attempt must look for its own commit.
     */
    private void retrying(Attempt attempt) {
        Tasks.foreach(attempt)
                .retry(options.retries())
                .exponentialBackoff(options.firstWait().toMillis(), MAX_WAIT_MILLIS, Long.MAX_VALUE, 2.0)
                .shouldRetryTest(e -> e instanceof ValidationException || e instanceof CommitStateUnknownException)
                .run(task -> {
                    table.refresh();
                    try {
                        task.run();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    private interface Repairing {
        Map<String, PositionSet> find(CheckpointChanges changes, LiveFiles live) throws IOException;
    }

    private void apply(CheckpointChanges changes, Repairing repairing) throws IOException {
        TableMetadata base = table.operations().current();
        LiveFiles live = table.liveFiles();
        if (changes.writers().stream()
                .flatMap(writer -> writer.added().stream())
                .anyMatch(live::contains)) {
            LOG.info("Files of {} are live already, so it is committed", changes.marker());
            return;
        }
        Map<String, PositionSet> repairs = repairing.find(changes, live);
        Reconciliation outcome = Reconciliation.of(changes, live, repairs, table.io());
        if (outcome.isEmpty()) {
            return;
        }
        List<DeleteFile> vectors = writeVectors(outcome);
        try {
            commit(outcome, vectors, changes.marker(), base);
        } catch (ValidationException e) {
            vectors.stream().map(DeleteFile::location).distinct().forEach(table.io()::deleteFile);
            throw e;
        }
    }

    /**
     * A Puffin file for each vector: Iceberg's expiry of snapshots deletes a whole file as soon as one vector in it was
     * replaced, though others in it be live.
     */
    private List<DeleteFile> writeVectors(Reconciliation outcome) {
        OutputFileFactory files = table.vectorFiles();
        Queue<DeleteFile> written = new ConcurrentLinkedQueue<>();
        Tasks.foreach(outcome.vectors())
                .executeWith(outcome.vectors().size() > 1 ? ThreadPools.getWorkerPool() : null)
                .stopOnFailure()
                .run(vector -> written.addAll(DeletionVectors.write(files, List.of(entry(vector)))));
        return List.copyOf(written);
    }

    private DeletionVectors.Entry entry(Reconciliation.Vector vector) {
        LiveFile file = vector.file();
        PartitionSpec spec = table.spec(file.file().specId());
        return new DeletionVectors.Entry(file.location(), spec, file.file().partition(), vector.dead());
    }

    private void commit(Reconciliation outcome, List<DeleteFile> vectors, Marker marker, TableMetadata base) {
        Transaction transaction =
                Transactions.newTransaction(table.name(), new FencedOperations(table.operations(), base));
        RowDelta delta = transaction.newRowDelta();
        if (base.currentSnapshot() != null) {
            delta.validateFromSnapshot(base.currentSnapshot().snapshotId());
        }
        delta.validateDeletedFiles();
        delta.validateDataFilesExist(outcome.vectors().stream()
                .map(vector -> vector.file().location())
                .toList());
        outcome.added().forEach(delta::addRows);
        vectors.forEach(delta::addDeletes);
        for (Reconciliation.Vector vector : outcome.vectors()) {
            DeleteFile replaced = vector.file().vector();
            if (replaced != null) {
                delta.removeDeletes(replaced);
            }
        }
        marker.toSummary().forEach(delta::set);
        delta.set(JOB_ID, options.jobId());
        delta.commit();
        setMarker(transaction, marker);
        transaction.commitTransaction();
        LOG.info(
                "Committed checkpoint={} files={} vectors={} sink={} table={}",
                marker.checkpointId(),
                outcome.added().size(),
                vectors.size(),
                marker.sinkId(),
                table.name());
    }

    private void commitMarker(Marker marker) {
        Transaction transaction = Transactions.newTransaction(
                table.name(),
                new FencedOperations(table.operations(), table.operations().current()));
        setMarker(transaction, marker);
        transaction.commitTransaction();
    }

    private static void setMarker(Transaction transaction, Marker marker) {
        transaction.updateProperties().set(Marker.PROPERTY, marker.toProperty()).commit();
    }
}
