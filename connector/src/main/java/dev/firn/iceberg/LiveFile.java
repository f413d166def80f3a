package dev.firn.iceberg;

import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.jspecify.annotations.Nullable;

/**
 * A data file that is live in a snapshot, with its deletion vector.
 *
 * @param vector null if no row of the file is dead, or none is by a vector
 * @param positionDeletes files of format version 2 with dead positions of this data file, perhaps of others too; a
 *     deletion vector supersedes them, so there are none beside one
 */
public record LiveFile(DataFile file, @Nullable DeleteFile vector, List<DeleteFile> positionDeletes) {

    public LiveFile {
        positionDeletes = List.copyOf(positionDeletes);
    }

    public LiveFile(DataFile file, @Nullable DeleteFile vector) {
        this(file, vector, List.of());
    }

    public String location() {
        return file.location();
    }

    boolean hasDeadRows() {
        return vector != null || !positionDeletes.isEmpty();
    }

    /** What goes when the file gets a new vector, or goes itself: files with dead positions of no other data file. */
    List<DeleteFile> ownDeletes() {
        return vector != null
                ? List.of(vector)
                : positionDeletes.stream()
                        .filter(deletes -> location().equals(deletes.referencedDataFile()))
                        .toList();
    }
}
