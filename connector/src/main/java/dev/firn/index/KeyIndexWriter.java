package dev.firn.index;

import dev.firn.key.Key;
import dev.firn.key.KeyView;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.apache.iceberg.DataFile;
import org.jspecify.annotations.Nullable;

/**
 * Writes the index of a run file in the same pass as the file itself. Closed without {@link #finish} it leaves nothing
 * behind. Should the local disk not take it, the run file does not suffer: its index will be built when somebody asks
 * for it. One thread.
 */
public final class KeyIndexWriter implements Closeable {

    private final KeyIndexes owner;
    private final String location;
    private final IndexStore store;
    private final Path temporary;
    private final KeyView view = new KeyView();
    private long keys;

    /** Null from when on the local disk does not take it. */
    private @Nullable IndexFileWriter writer;

    KeyIndexWriter(KeyIndexes owner, String location, IndexStore store) {
        this.owner = owner;
        this.location = location;
        this.store = store;
        this.temporary = store.temporary();
        try {
            this.writer = store.write(temporary, Positions.RANKS);
        } catch (LocalDisk.LocalDiskException e) {
            giveUp(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Adds the key of the next row; its position is the number of keys added before.
     *
     * @param key copied
     * @throws IllegalStateException if the key is not above the one before
     */
    public void add(KeyView key) {
        IndexFileWriter into = writer;
        if (into != null) {
            if (!into.ascends(key)) {
                throw new IllegalStateException("Key " + key + " of " + location + " is not above the one before");
            }
            try {
                into.add(key, keys);
            } catch (LocalDisk.LocalDiskException e) {
                giveUp(e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        keys++;
    }

    /** As {@link #add(KeyView)}. */
    public void add(Key key) {
        add(view.at(key));
    }

    /**
     * Makes the index that of a finished run file.
     *
     * @param file as many rows as there were keys, at the location that this writer was opened for
     */
    public KeyIndex finish(DataFile file) {
        if (!file.location().equals(location) || file.recordCount() != keys) {
            throw new IllegalStateException("The index of " + location + " with " + keys + " keys is not that of "
                    + file.location() + " with " + file.recordCount() + " rows");
        }
        if (writer != null) {
            try {
                return owner.adopt(file, store.publish(writer, temporary, FileIdentity.of(file)));
            } catch (LocalDisk.LocalDiskException e) {
                giveUp(e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return owner.adoptUnwritten(file);
    }

    private void giveUp(LocalDisk.LocalDiskException problem) {
        close();
        writer = null;
        owner.diskIsFull(problem);
    }

    @Override
    public void close() {
        try {
            if (writer != null) {
                writer.close();
            }
        } catch (LocalDisk.LocalDiskException e) {
            // What it did not take is deleted all the same.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            store.delete(temporary);
        }
    }
}
