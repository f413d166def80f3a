package dev.firn.compaction;

import dev.firn.key.KeyView;
import java.io.Closeable;
import java.io.IOException;
import org.apache.iceberg.StructLike;

/** Rows of one input in key order; it stands ahead of the first one at the start. One thread. */
interface SortedRows extends Closeable {

    /** Goes to the next row; false if there is none. */
    boolean next() throws IOException;

    /** The row's key, until this moves. */
    KeyView key();

    /** Where the row is in the input. */
    long position();

    /** The row of {@link dev.firn.run.RunFormat#withLineage()}, perhaps with more behind it. It may be kept. */
    StructLike row() throws IOException;

    /** The input's location. */
    String location();
}
