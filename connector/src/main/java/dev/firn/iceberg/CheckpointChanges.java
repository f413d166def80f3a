package dev.firn.iceberg;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.apache.iceberg.DataFile;

/**
 * What a sink changed in one checkpoint: one snapshot, or none when it is empty, and one more if there were
 * compactions.
 *
 * @param marker names this commit
 * @param predecessor the marker that the table carried when the sink was first started, which this sink takes over from
 * @param writers the changes of every writer that had any
 * @param barrierMillis when the checkpoint's barrier had passed all writers, since 1970; none if that was not noted
 */
public record CheckpointChanges(
        Marker marker, Optional<Marker> predecessor, List<WriterChanges> writers, OptionalLong barrierMillis) {

    public CheckpointChanges {
        writers = List.copyOf(writers);
    }

    /** Whose time was not noted. */
    public CheckpointChanges(Marker marker, Optional<Marker> predecessor, List<WriterChanges> writers) {
        this(marker, predecessor, writers, OptionalLong.empty());
    }

    /** Without the compactions that have such an output. What was changed in their outputs is then found by key. */
    CheckpointChanges withoutCompactions(Predicate<DataFile> output) {
        return new CheckpointChanges(
                marker,
                predecessor,
                writers.stream()
                        .map(writer -> writer.withoutCompactions(output))
                        .toList(),
                barrierMillis);
    }
}
