package dev.firn.compaction;

import dev.firn.key.KeyView;
import dev.firn.run.RunFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.apache.iceberg.StructLike;

/** Where merged rows go. Closed without {@link #finish} it leaves no file behind. One thread. */
interface MergeOutputs extends Closeable {

    /** Appends a row, whose key is above the one before. */
    void append(KeyView key, StructLike row) throws IOException;

    /** Completes the files; all of them are the caller's to delete from now on. None if there were no rows. */
    List<RunFile> finish() throws IOException;
}
