package dev.firn.iceberg;

import dev.firn.dv.DeletionVectors;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.Transactions;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.util.Tasks;
import org.apache.iceberg.util.ThreadPools;

/**
 * One commit on top of the very metadata that it was decided on: a snapshot of changed rows, one of compactions, and
 * the marker, all or nothing.
 */
final class SnapshotTransaction {

    private final FirnTable table;
    private final TableMetadata base;
    private final Author author;

    /**
     * Who commits.
     *
     * @param marker of the commit; none leaves the table's as it is
     */
    record Author(String jobId, Optional<Marker> marker) {}

    SnapshotTransaction(FirnTable table, TableMetadata base, Author author) {
        this.table = table;
        this.base = base;
        this.author = author;
    }

    /** Commits the marker alone. */
    void commitMarker() {
        Transaction transaction = begin();
        finish(transaction);
    }

    /**
     * Commits rows and compactions. What was written for it is deleted if another commit came first.
     *
     * @return the deletion vectors that were written
     * @throws ValidationException if the table is not as it was decided on
     */
    Collection<DeleteFile> commit(Reconciliation outcome) {
        Map<String, DeleteFile> vectors = writeVectors(outcome);
        try {
            Transaction transaction = begin();
            if (outcome.changesRows()) {
                changeRows(transaction, outcome, vectors);
            }
            if (!outcome.replacements().isEmpty()) {
                replaceFiles(transaction, outcome.replacements(), vectors);
            }
            finish(transaction);
            return vectors.values();
        } catch (ValidationException e) {
            vectors.values().forEach(vector -> table.io().deleteFile(vector.location()));
            throw e;
        }
    }

    private Transaction begin() {
        return Transactions.newTransaction(table.name(), new FencedOperations(table.operations(), base));
    }

    private void finish(Transaction transaction) {
        author.marker()
                .ifPresent(marker -> transaction
                        .updateProperties()
                        .set(Marker.PROPERTY, marker.toProperty())
                        .commit());
        transaction.commitTransaction();
    }

    private void changeRows(Transaction transaction, Reconciliation outcome, Map<String, DeleteFile> vectors) {
        RowDelta delta = transaction.newRowDelta();
        if (base.currentSnapshot() != null) {
            delta.validateFromSnapshot(base.currentSnapshot().snapshotId());
        }
        delta.validateDeletedFiles();
        delta.validateDataFilesExist(outcome.vectors().stream()
                .map(vector -> vector.file().location())
                .toList());
        outcome.added().forEach(delta::addRows);
        for (Reconciliation.Vector vector : outcome.vectors()) {
            delta.addDeletes(Objects.requireNonNull(vectors.get(vector.file().location())));
            vector.file().ownDeletes().forEach(delta::removeDeletes);
        }
        commit(delta);
    }

    private void replaceFiles(
            Transaction transaction, List<Replacement> replacements, Map<String, DeleteFile> vectors) {
        RewriteFiles rewrite = transaction.newRewrite();
        Snapshot parent = transaction.table().currentSnapshot();
        // From here on only: the vectors that this very transaction added to the inputs are taken into account.
        rewrite.validateFromSnapshot(parent.snapshotId());
        for (Replacement replacement : replacements) {
            for (LiveFile input : replacement.inputs()) {
                rewrite.deleteFile(input.file());
                DeleteFile vector = vectors.get(input.location());
                (vector == null ? input.ownDeletes() : List.of(vector)).forEach(rewrite::deleteFile);
            }
            replacement.outputs().forEach(rewrite::addFile);
            for (Reconciliation.Vector vector : replacement.vectors()) {
                rewrite.addFile(Objects.requireNonNull(vectors.get(vector.file().location())));
            }
        }
        commit(rewrite);
    }

    private void commit(SnapshotUpdate<?> update) {
        author.marker().ifPresent(marker -> marker.toSummary().forEach(update::set));
        update.set(SnapshotCommitter.JOB_ID, author.jobId());
        update.commit();
    }

    /**
     * A Puffin file for each vector: Iceberg's expiry of snapshots deletes a whole file as soon as one vector in it was
     * replaced, though others in it be live.
     *
     * @return the vectors by data file location
     */
    private Map<String, DeleteFile> writeVectors(Reconciliation outcome) {
        OutputFileFactory files = table.vectorFiles();
        Collection<Reconciliation.Vector> vectors = outcome.allVectors().toList();
        Map<String, DeleteFile> written = new ConcurrentHashMap<>();
        Tasks.foreach(vectors)
                .executeWith(vectors.size() > 1 ? ThreadPools.getWorkerPool() : null)
                .stopOnFailure()
                .run(vector -> DeletionVectors.write(files, List.of(entry(vector)))
                        .forEach(file -> written.put(vector.file().location(), file)));
        return written;
    }

    private DeletionVectors.Entry entry(Reconciliation.Vector vector) {
        LiveFile file = vector.file();
        PartitionSpec spec = table.spec(file.file().specId());
        return new DeletionVectors.Entry(file.location(), spec, file.file().partition(), vector.dead());
    }
}
