package dev.firn.sink;

import dev.firn.iceberg.CheckpointChanges;
import dev.firn.iceberg.Marker;
import dev.firn.iceberg.WriterChanges;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Puts the writers' changes together: one committable for each checkpoint, an empty one too, so that a restored
 * committer always knows where the job stood, and never two with one checkpoint id. Lives for one run of the job.
 */
final class CheckpointAssembler {

    private final SinkIdentity sink;
    private final InstantSource clock;
    private final String incarnation = UUID.randomUUID().toString();
    private final List<WriterChanges> gathered = new ArrayList<>();
    private long lastCheckpoint;

    /**
     * @param restoredCheckpoint the checkpoint that the run was restored from, 0 for none
     * @param clock tells when barriers pass
     */
    CheckpointAssembler(SinkIdentity sink, long restoredCheckpoint, InstantSource clock) {
        this.sink = sink;
        this.clock = clock;
        this.lastCheckpoint = restoredCheckpoint;
    }

    void add(WriterChanges changes) {
        gathered.add(changes);
    }

    /** Empty if the end of input has been handed over under this checkpoint's id. */
    Optional<CheckpointChanges> atBarrier(long checkpointId) {
        return checkpointId > lastCheckpoint ? Optional.of(assemble(checkpointId)) : Optional.empty();
    }

    /** The rest, under the next checkpoint's id; empty if there is none. */
    Optional<CheckpointChanges> atEndOfInput() {
        return gathered.isEmpty() ? Optional.empty() : Optional.of(assemble(lastCheckpoint + 1));
    }

    private CheckpointChanges assemble(long checkpointId) {
        lastCheckpoint = checkpointId;
        Marker marker = new Marker(sink.sinkId(), checkpointId, incarnation);
        CheckpointChanges changes =
                new CheckpointChanges(marker, sink.predecessor(), gathered, OptionalLong.of(clock.millis()));
        gathered.clear();
        return changes;
    }
}
