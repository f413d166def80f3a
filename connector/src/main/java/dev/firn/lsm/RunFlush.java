package dev.firn.lsm;

import dev.firn.index.IndexedRunWriter;
import dev.firn.index.RunStore;
import dev.firn.key.KeyView;
import dev.firn.run.RunFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.data.RowData;

/** Writes sorted changes as run files of level 0, each with its key index, in one pass. */
final class RunFlush {

    private static final int LEVEL = 0;

    private RunFlush() {}

    /**
     * @param changes in key order; deletes among them leave nothing behind
     * @return the files in key order, cut at the target size; none if all changes are deletes
     */
    static List<RunFile> write(RunStore store, SortedChanges changes) throws IOException {
        List<RunFile> written = new ArrayList<>();
        int next = 0;
        try {
            while ((next = nextUpsert(changes, next)) < changes.size()) {
                try (IndexedRunWriter<RowData> file = IndexedRunWriter.open(store, LEVEL, changes.size() - next)) {
                    next = fill(file, changes, next);
                    written.add(file.finish());
                }
            }
            return written;
        } catch (IOException | RuntimeException e) {
            written.forEach(run -> store.storage().io().deleteFile(run.location()));
            throw e;
        }
    }

    private static int nextUpsert(SortedChanges changes, int from) {
        int next = from;
        while (next < changes.size() && changes.isDelete(next)) {
            next++;
        }
        return next;
    }

    private static int fill(IndexedRunWriter<RowData> file, SortedChanges changes, int from) {
        KeyView key = new KeyView();
        int next = from;
        while (next < changes.size() && !file.isFull()) {
            if (!changes.isDelete(next)) {
                changes.read(next, key);
                file.append(key, changes.row(next));
            }
            next++;
        }
        return next;
    }
}
