package dev.firn.sink;

import dev.firn.iceberg.CheckpointChanges;
import org.apache.flink.api.connector.sink2.Committer.CommitRequest;

/** A request to commit that takes no answer but success. */
record OneRequest(CheckpointChanges changes) implements CommitRequest<CheckpointChanges> {

    @Override
    public CheckpointChanges getCommittable() {
        return changes;
    }

    @Override
    public int getNumberOfRetries() {
        return 0;
    }

    @Override
    public void signalFailedWithKnownReason(Throwable t) {
        throw new AssertionError(t);
    }

    @Override
    public void signalFailedWithUnknownReason(Throwable t) {
        throw new AssertionError(t);
    }

    @Override
    public void retryLater() {
        throw new AssertionError("retryLater");
    }

    @Override
    public void updateAndRetryLater(CheckpointChanges committable) {
        throw new AssertionError("updateAndRetryLater");
    }

    @Override
    public void signalAlreadyCommitted() {}
}
