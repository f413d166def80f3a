package dev.firn.lsm;

import dev.firn.index.KeyIndexWriter;
import dev.firn.run.RunFile;
import dev.firn.run.RunWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.encryption.EncryptedOutputFile;

/** Writes sorted changes as run files of level 0, each with its key index, in one pass. */
final class RunFlush implements AutoCloseable {

    private static final int LEVEL = 0;

    private final BucketStore store;
    private final RunWriter rows;
    private final KeyIndexWriter keys;

    private RunFlush(BucketStore store, int rows) throws IOException {
        this.store = store;
        EncryptedOutputFile file = store.files().apply(LEVEL);
        this.rows = RunWriter.open(
                store.format().expecting(rows), store.storage().io(), file, store.spec(), store.partition());
        this.keys = store.storage().indexes().writer(file.encryptingOutputFile().location());
    }

    /**
     * @param changes in key order; deletes among them leave nothing behind
     * @return the files in key order, cut at the target size; none if all changes are deletes
     */
    static List<RunFile> write(BucketStore store, List<MemTable.Change> changes) throws IOException {
        List<RunFile> written = new ArrayList<>();
        int next = 0;
        try {
            while ((next = nextUpsert(changes, next)) < changes.size()) {
                try (RunFlush file = new RunFlush(store, changes.size() - next)) {
                    next = file.fill(changes, next);
                    written.add(file.finish());
                }
            }
            return written;
        } catch (IOException | RuntimeException e) {
            written.forEach(run -> store.storage().io().deleteFile(run.location()));
            throw e;
        }
    }

    private static int nextUpsert(List<MemTable.Change> changes, int from) {
        int next = from;
        while (next < changes.size() && changes.get(next).row() == null) {
            next++;
        }
        return next;
    }

    private int fill(List<MemTable.Change> changes, int from) throws IOException {
        int next = from;
        while (next < changes.size() && rows.bytes() < store.storage().targetFileBytes()) {
            MemTable.Change change = changes.get(next++);
            BinaryRowData row = change.row();
            if (row != null) {
                rows.append(row);
                keys.add(change.key());
            }
        }
        return next;
    }

    private RunFile finish() throws IOException {
        DataFile file = rows.finish();
        keys.finish(file);
        return RunFile.of(file);
    }

    @Override
    public void close() throws IOException {
        try (keys) {
            rows.close();
        }
    }
}
