package dev.firn.lsm;

import dev.firn.index.IndexedRunWriter;
import dev.firn.index.RunStore;
import dev.firn.key.KeyView;
import dev.firn.run.RunFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.apache.flink.table.data.RowData;

/** Writes sorted changes as run files of level 0, each with its key index, in one pass. */
final class RunFlush {

    private static final int LEVEL = 0;

    private RunFlush() {}

    /**
     * @param changes in key order; deletes among them leave nothing behind
     * @param givenUp asked ahead of each row
     * @return the files in key order, cut at the target size; none if all changes are deletes
     * @throws CancellationException as soon as it is given up; then, and after any other failure, no file is left
     */
    static List<RunFile> write(RunStore store, SortedChanges changes, BooleanSupplier givenUp) throws IOException {
        List<RunFile> written = new ArrayList<>();
        int next = 0;
        try {
            while ((next = nextUpsert(changes, next)) < changes.size()) {
                try (IndexedRunWriter<RowData> file = IndexedRunWriter.open(store, LEVEL, changes.size() - next)) {
                    next = fill(file, changes, next, givenUp);
                    written.add(file.finish());
                }
            }
            return written;
        } catch (IOException | RuntimeException | Error e) {
            delete(store, written);
            throw e;
        }
    }

    static void delete(RunStore store, List<RunFile> files) {
        for (RunFile run : files) {
            store.storage().indexes().forget(run.location());
            store.storage().io().deleteFile(run.location());
        }
    }

    private static int nextUpsert(SortedChanges changes, int from) {
        int next = from;
        while (next < changes.size() && changes.isDelete(next)) {
            next++;
        }
        return next;
    }

    private static int fill(IndexedRunWriter<RowData> file, SortedChanges changes, int from, BooleanSupplier givenUp) {
        KeyView key = new KeyView();
        int next = from;
        while (next < changes.size() && !file.isFull()) {
            if (givenUp.getAsBoolean()) {
                throw new CancellationException("The flush was given up");
            }
            if (!changes.isDelete(next)) {
                changes.read(next, key);
                file.append(key, changes.row(next));
            }
            next++;
        }
        return next;
    }
}
