package dev.firn.index;

import dev.firn.key.Key;
import dev.firn.key.KeyView;
import java.util.Objects;
import java.util.function.LongConsumer;

/**
 * Goes over the keys of one data file in ascending order; it stands ahead of the first one at the start, and can be
 * sent to any rank. It remembers its block, so that ascending ranks read no block twice.
 *
 * <p>One thread.
 */
public final class KeyIterator {

    private final KeyIndex index;
    private EntryReader reader;
    private long rank = -1;

    KeyIterator(KeyIndex index) {
        this.index = index;
        this.reader = new EntryReader(index.file());
    }

    /** Goes to the next key; false if there is none. */
    public boolean next() {
        if (rank + 1 >= reader.file().footer().keys()) {
            return false;
        }
        seek(rank + 1);
        return true;
    }

    /**
     * Goes to a rank.
     *
     * @throws IndexOutOfBoundsException if the rank is not below the number of keys
     */
    public void goTo(long rank) {
        Objects.checkIndex(rank, reader.file().footer().keys());
        seek(rank);
    }

    /**
     * Goes to a rank, and gives its key.
     *
     * @throws IndexOutOfBoundsException if the rank is not below the number of keys
     */
    public Key keyAt(long rank) {
        goTo(rank);
        return key();
    }

    /** The number of keys that are smaller than this one. Afterwards the iterator stands ahead of the first one. */
    long keysBelow(Key key) {
        rank = -1;
        try {
            return reader.keysBelow(key);
        } catch (CorruptIndexException e) {
            reader = new EntryReader(index.replace(reader.file(), e));
            return reader.keysBelow(key);
        }
    }

    /** The key that this stands at, after {@link #next} or {@link #keyAt}. */
    public Key key() {
        checkAtKey();
        return reader.key().copy();
    }

    /** As {@link #key}, but the bytes stay only until this moves. */
    public KeyView view() {
        checkAtKey();
        return reader.key();
    }

    /** The number of smaller keys. */
    public long rank() {
        return rank;
    }

    /** Tells every position of the key that this stands at, ascending. */
    public void positions(LongConsumer positions) {
        checkAtKey();
        for (long position = reader.firstPosition(); position >= 0; position = reader.nextPosition()) {
            positions.accept(position);
        }
    }

    private void checkAtKey() {
        if (rank < 0) {
            throw new IllegalStateException("Ahead of the first key of " + index.location());
        }
    }

    private void seek(long target) {
        try {
            reader.seek(target);
        } catch (CorruptIndexException e) {
            reader = new EntryReader(index.replace(reader.file(), e));
            reader.seek(target);
        }
        rank = target;
    }
}
