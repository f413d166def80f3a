package dev.firn.iceberg;

import java.util.Objects;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.jspecify.annotations.Nullable;

/**
 * A table's operations that commit only on top of the very metadata that a decision was made on, and that know whether
 * an attempt landed even when the catalog's answer was lost.
 *
 * <p>The check stands inside {@link #commit}, where the catalog compares and swaps the same base, so no other commit
 * can slip in between. A conflict surfaces as {@link ValidationException}, which Iceberg cleans up after and does not
 * retry; an attempt that may have landed surfaces as {@link CommitStateUnknownException}, which it never cleans up
 * after.
 */
final class FencedOperations implements TableOperations {

    private final TableOperations operations;
    private final @Nullable Long parentId;
    private final @Nullable String marker;

    /**
     * @param decidedOn the metadata whose current snapshot and marker must still be the table's when a commit is tried
     */
    FencedOperations(TableOperations operations, TableMetadata decidedOn) {
        this.operations = operations;
        this.parentId = currentSnapshotId(decidedOn);
        this.marker = decidedOn.property(Marker.PROPERTY, null);
    }

    @Override
    public void commit(TableMetadata base, TableMetadata updated) {
        if (!Objects.equals(parentId, currentSnapshotId(base))
                || !Objects.equals(marker, base.property(Marker.PROPERTY, null))) {
            throw new ValidationException(
                    "The table changed while a commit was prepared: expected snapshot %s and marker %s, found %s and %s",
                    parentId, marker, currentSnapshotId(base), base.property(Marker.PROPERTY, null));
        }
        try {
            operations.commit(base, updated);
        } catch (CommitFailedException e) {
            if (!landed(updated, e)) {
                throw new ValidationException(e, "Another commit came first: %s", e.getMessage());
            }
        } catch (RuntimeException e) {
            if (!landed(updated, e)) {
                throw new CommitStateUnknownException(e);
            }
        }
    }

    private boolean landed(TableMetadata updated, RuntimeException failure) {
        try {
            TableMetadata now = operations.refresh();
            Long snapshotId = currentSnapshotId(updated);
            boolean newSnapshot = !Objects.equals(snapshotId, parentId);
            String wanted = updated.property(Marker.PROPERTY, null);
            return newSnapshot
                    ? snapshotId != null && now.snapshot(snapshotId) != null
                    : Objects.equals(wanted, now.property(Marker.PROPERTY, null));
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
            throw new CommitStateUnknownException(failure);
        }
    }

    private static @Nullable Long currentSnapshotId(TableMetadata metadata) {
        Snapshot snapshot = metadata.currentSnapshot();
        return snapshot == null ? null : snapshot.snapshotId();
    }

    @Override
    public TableMetadata current() {
        return operations.current();
    }

    @Override
    public TableMetadata refresh() {
        return operations.refresh();
    }

    @Override
    public FileIO io() {
        return operations.io();
    }

    @Override
    public EncryptionManager encryption() {
        return operations.encryption();
    }

    @Override
    public String metadataFileLocation(String fileName) {
        return operations.metadataFileLocation(fileName);
    }

    @Override
    public LocationProvider locationProvider() {
        return operations.locationProvider();
    }

    @Override
    public TableOperations temp(TableMetadata uncommittedMetadata) {
        return operations.temp(uncommittedMetadata);
    }

    @Override
    public long newSnapshotId() {
        return operations.newSnapshotId();
    }

    @Override
    public boolean requireStrictCleanup() {
        return operations.requireStrictCleanup();
    }
}
