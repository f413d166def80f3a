package dev.firn.index;

import dev.firn.key.Key;
import dev.firn.key.KeyView;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.apache.iceberg.DataFile;

/**
 * Writes the index of a run file in the same pass as the file itself. Closed without {@link #finish} it leaves nothing
 * behind. One thread.
 */
public final class KeyIndexWriter implements Closeable {

    private final KeyIndexes owner;
    private final String location;
    private final IndexStore store;
    private final Path temporary;
    private final IndexFileWriter writer;
    private final KeyView view = new KeyView();

    KeyIndexWriter(KeyIndexes owner, String location, IndexStore store) {
        this.owner = owner;
        this.location = location;
        this.store = store;
        this.temporary = store.temporary();
        try {
            this.writer = store.write(temporary, Positions.RANKS);
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
        if (!writer.ascends(key)) {
            throw new IllegalStateException("Key " + key + " of " + location + " is not above the one before");
        }
        try {
            writer.add(key, writer.keys());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        if (!file.location().equals(location) || file.recordCount() != writer.keys()) {
            throw new IllegalStateException("The index of " + location + " with " + writer.keys()
                    + " keys is not that of " + file.location() + " with " + file.recordCount() + " rows");
        }
        try {
            return owner.adopt(file, store.publish(writer, temporary, FileIdentity.of(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            writer.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            store.delete(temporary);
        }
    }
}
