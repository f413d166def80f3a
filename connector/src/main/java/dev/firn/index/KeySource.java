package dev.firn.index;

import dev.firn.key.Key;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.io.CloseableIterable;

/** Reads the keys of a data file, for rebuilding its index. Called from any thread, for several files at a time. */
@FunctionalInterface
public interface KeySource {

    /** The key of every row, dead ones too, in the order of the rows. */
    CloseableIterable<Key> keys(DataFile file);
}
