package dev.firn.iceberg;

import java.util.List;
import java.util.Optional;

/**
 * What a sink changed in one checkpoint: one snapshot, or none when it is empty, and one more if there were
 * compactions.
 *
 * @param marker names this commit
 * @param predecessor the marker that the table carried when the sink was first started, which this sink takes over from
 * @param writers the changes of every writer that had any
 */
public record CheckpointChanges(Marker marker, Optional<Marker> predecessor, List<WriterChanges> writers) {

    public CheckpointChanges {
        writers = List.copyOf(writers);
    }
}
