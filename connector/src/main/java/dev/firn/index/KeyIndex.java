package dev.firn.index;

import dev.firn.key.Key;
import dev.firn.key.SortedKeys;
import java.io.Closeable;
import java.util.NoSuchElementException;
import java.util.function.LongConsumer;
import org.apache.iceberg.DataFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of one data file in ascending order, with their positions, in a local file. Should that file turn out to be
 * damaged, it is built again from the data file, unnoticed by whoever asks.
 *
 * <p>A key's rank is the number of smaller keys. In a run file it is the key's position too. A data file of another
 * writer may be unsorted and hold a key several times: its index holds the key once, with all positions.
 *
 * <p>Any thread; a cursor or iterator belongs to one. They go on working when the index is closed. Every method may
 * read the local file, and throws {@link java.io.UncheckedIOException} if it is damaged and cannot be built again.
 */
public final class KeyIndex implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(KeyIndex.class);

    private final KeyIndexes owner;
    private final DataFile dataFile;

    /** Guarded by this as well, when it is set. */
    private volatile @Nullable KeyIndexFile file;

    private boolean closed;

    KeyIndex(KeyIndexes owner, DataFile dataFile) {
        this.owner = owner;
        this.dataFile = dataFile;
    }

    /** The location of the data file. */
    public String location() {
        return dataFile.location();
    }

    /** How many different keys the data file has: its rows, if it is a run file. */
    public long keys() {
        return file().footer().keys();
    }

    /** The size of the local file. */
    public long localBytes() {
        return file().size();
    }

    /** The memory that all of its filters take, if they fit into the budget. */
    public long filterBytes() {
        return file().filterBytes();
    }

    /**
     * Whether the data file's keys ascend strictly, which was verified and not believed: then a key's rank is its
     * position, and its only one.
     */
    public boolean sorted() {
        return file().footer().positions() == Positions.RANKS;
    }

    /**
     * The smallest key, exactly.
     *
     * @throws NoSuchElementException if there are no keys
     */
    public Key firstKey() {
        return Key.of(nonEmpty().firstKey());
    }

    /**
     * The largest key, exactly.
     *
     * @throws NoSuchElementException if there are no keys
     */
    public Key lastKey() {
        return nonEmpty().footer().lastKey();
    }

    /** Whether the range from the first to the last key has a key in common with this one, both ends included. */
    public boolean overlaps(Key first, Key last) {
        return keys() > 0 && first.compareTo(lastKey()) <= 0 && last.compareTo(firstKey()) >= 0;
    }

    /** How many keys are smaller than this one: its rank, if it is there. */
    public long keysBelow(Key key) {
        return new KeyIterator(this).keysBelow(key);
    }

    /**
     * Finds the positions of many keys.
     *
     * @param positions told those of the first key, then those of the next one; a key's ascend
     */
    public void find(SortedKeys keys, LongConsumer positions) {
        if (keys() > 0) {
            cursor().find(keys, keys.below(firstKey()), keys.upTo(lastKey()), positions);
        }
    }

    /** A cursor that finds the positions of ascending keys. */
    public KeyCursor cursor() {
        return new KeyCursor(this);
    }

    /** All keys in ascending order. */
    public KeyIterator iterator() {
        return new KeyIterator(this);
    }

    /**
     * The key of a rank. For many ranks, one {@link KeyIterator} and ascending order are faster.
     *
     * @throws IndexOutOfBoundsException if the rank is not below {@link #keys}
     */
    public Key keyAt(long rank) {
        return iterator().keyAt(rank);
    }

    /** Lets go of the local file, which stays for the next one who asks for the index. */
    @Override
    public void close() {
        owner.release(this);
    }

    /** Whether the local file is open. Does not wait for it. */
    boolean isLoaded() {
        return file != null;
    }

    boolean describes(FileIdentity identity) {
        return FileIdentity.of(dataFile).equals(identity);
    }

    /** The local file, opened or built if need be. */
    synchronized KeyIndexFile file() {
        if (closed) {
            throw new IllegalStateException("The key index of " + location() + " is closed");
        }
        KeyIndexFile current = file;
        if (current == null) {
            current = owner.load(dataFile);
            file = current;
        }
        return current;
    }

    /** A local file in place of one that is damaged; several who notice it get the same one. */
    synchronized KeyIndexFile replace(KeyIndexFile damaged, CorruptIndexException problem) {
        if (file == damaged) {
            owner.unload(damaged);
            file = null;
            LOG.warn("The key index of {} is damaged and will be built again: {}", location(), problem.getMessage());
            file = owner.rebuild(dataFile);
        }
        return file();
    }

    void adopt(KeyIndexFile written) {
        synchronized (this) {
            file = written;
        }
    }

    synchronized void letGo() {
        KeyIndexFile current = file;
        if (current != null) {
            owner.unload(current);
            file = null;
        }
        closed = true;
    }

    SplitBlockBloomFilter filter(KeyIndexFile in, int segment) {
        return owner.filter(in, segment);
    }

    IndexCounters counters() {
        return owner.counters();
    }

    private KeyIndexFile nonEmpty() {
        KeyIndexFile current = file();
        if (current.footer().keys() == 0) {
            throw new NoSuchElementException("Data file " + location() + " has no rows");
        }
        return current;
    }
}
