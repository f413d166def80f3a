package dev.firn.index;

import dev.firn.key.Key;
import dev.firn.key.KeyView;
import dev.firn.run.RunFile;
import dev.firn.run.RunRows;
import dev.firn.run.RunWriter;
import java.io.IOException;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.encryption.EncryptedOutputFile;

/**
 * Writes a run file and its key index in one pass. Closed without {@link #finish} it leaves neither. One thread.
 *
 * @param <T> what a row is in memory
 */
public final class IndexedRunWriter<T> implements AutoCloseable {

    private final RunStore store;
    private final int level;
    private final RunWriter<T> rows;
    private final KeyIndexWriter keys;

    private IndexedRunWriter(RunStore store, int level, RunWriter<T> rows, KeyIndexWriter keys) {
        this.store = store;
        this.level = level;
        this.rows = rows;
        this.keys = keys;
    }

    /**
     * Opens a writer of Flink's rows.
     *
     * @param expectedRows about how many rows will come
     */
    public static IndexedRunWriter<RowData> open(RunStore store, int level, long expectedRows) {
        return open(RunRows.flink(store.format(level).expecting(expectedRows)), store, level);
    }

    /** @param rows of the store's format */
    public static <T> IndexedRunWriter<T> open(RunRows<T> rows, RunStore store, int level) {
        RunStore.Storage storage = store.storage();
        EncryptedOutputFile file = store.files().apply(level);
        KeyIndexWriter keys =
                storage.indexes().writer(file.encryptingOutputFile().location());
        try {
            return new IndexedRunWriter<>(
                    store, level, RunWriter.open(rows, storage.io(), file, store.spec(), store.partition()), keys);
        } catch (RuntimeException e) {
            keys.close();
            throw e;
        }
    }

    /**
     * @param key not kept
     * @param row not kept
     * @throws IllegalStateException if the key is not above the one before
     */
    public void append(KeyView key, T row) {
        keys.add(key);
        rows.append(row);
    }

    /** As {@link #append(KeyView, Object)}. */
    public void append(Key key, T row) {
        keys.add(key);
        rows.append(row);
    }

    public boolean isFull() {
        return rows.bytes() >= store.storage().targetFileBytes();
    }

    /** Completes both; the file is the caller's to delete from now on. */
    public RunFile finish() {
        DataFile file = rows.finish();
        try {
            keys.finish(file);
        } catch (RuntimeException e) {
            store.storage().io().deleteFile(file.location());
            throw e;
        }
        return new RunFile(file, level);
    }

    @Override
    public void close() throws IOException {
        try (keys) {
            rows.close();
        }
    }
}
