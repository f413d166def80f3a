package dev.firn.index;

import dev.firn.key.Key;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the positions of ascending keys in one data file. For each key it asks the filter of the key range, then
 * gallops forward over the fences from where it stands and reads one block at most. It remembers segment and block, so
 * that no block is read twice. A key costs time in the logarithm of the distance to the one before it, and no
 * allocation.
 *
 * <p>One thread.
 */
public final class KeyCursor {

    private final KeyIndex index;
    private final IndexCounters counters;
    private EntryReader reader;
    private int segment;
    private @Nullable SplitBlockBloomFilter filter;
    private @Nullable Key previous;

    KeyCursor(KeyIndex index) {
        this.index = index;
        this.counters = index.counters();
        this.reader = new EntryReader(index.file());
    }

    /**
     * Finds a key.
     *
     * @param key above the key of the call before
     * @param positions told every position of the key, ascending, counted from 0; one at most in a run file; not called
     *     if the key is absent
     * @throws IllegalStateException if the key does not ascend
     */
    public void find(Key key, LongConsumer positions) {
        if (previous != null && previous.compareTo(key) >= 0) {
            throw new IllegalStateException("Key " + key + " was asked for after " + previous);
        }
        previous = key;
        counters.probes.increment();
        boolean found;
        try {
            found = goTo(key.bytes());
        } catch (CorruptIndexException e) {
            reader = new EntryReader(index.replace(reader.file(), e));
            segment = 0;
            filter = null;
            found = goTo(key.bytes());
        }
        if (found) {
            for (long position = reader.firstPosition(); position >= 0; position = reader.nextPosition()) {
                positions.accept(position);
            }
        }
    }

    private boolean goTo(byte[] key) {
        KeyIndexFile file = reader.file();
        if (!file.mayHold(key)) {
            return false;
        }
        int target = file.segmentOf(key, segment);
        SplitBlockBloomFilter current = filter;
        if (current == null || target != segment) {
            current = index.filter(file, target);
            filter = current;
            segment = target;
        }
        if (!current.mightContain(SplitBlockBloomFilter.hash(key))) {
            counters.filterNegatives.increment();
            return false;
        }
        reader.toSegment(target);
        reader.toBlock(reader.fences().floor(key, Math.max(reader.block(), 0)));
        if (!reader.atEntry()) {
            reader.nextInBlock();
        }
        int order = reader.compareTo(key);
        while (order < 0 && reader.nextInBlock()) {
            order = reader.compareTo(key);
        }
        if (order != 0) {
            counters.filterFalsePositives.increment();
        }
        return order == 0;
    }
}
