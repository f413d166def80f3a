package dev.firn.iceberg;

import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.jspecify.annotations.Nullable;

/**
 * A data file that is live in a snapshot, with its deletion vector.
 *
 * @param vector null if no row of the file is dead
 */
public record LiveFile(DataFile file, @Nullable DeleteFile vector) {

    public String location() {
        return file.location();
    }
}
