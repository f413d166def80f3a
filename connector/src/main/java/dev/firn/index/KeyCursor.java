package dev.firn.index;

import dev.firn.key.Key;
import dev.firn.key.KeyView;
import dev.firn.key.SortedKeys;
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
    private long probes;
    private long negatives;
    private long falsePositives;
    private KeyView current = new KeyView();
    private @Nullable KeyView previous;

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
        current.at(key);
        if (reader.file().mayHold(current)) {
            find(current, positions);
        } else {
            ascend(current);
        }
        probes++;
        count();
    }

    /** Finds the keys of a part of the list, which are not below the first nor above the last key of the file. */
    void find(SortedKeys keys, int from, int to, LongConsumer positions) {
        for (int i = from; i < to; i++) {
            keys.read(i, current);
            find(current, positions);
        }
        probes += to - from;
        count();
    }

    /** Tells what happened: once for many keys, for it costs as much as a key. */
    private void count() {
        counters.probes.add(probes);
        counters.filterNegatives.add(negatives);
        counters.filterFalsePositives.add(falsePositives);
        probes = 0;
        negatives = 0;
        falsePositives = 0;
    }

    private void ascend(KeyView key) {
        KeyView before = previous;
        if (before != null && before.compare(key) >= 0) {
            throw new IllegalStateException("Key " + key + " was asked for after " + before);
        }
        current = before == null ? new KeyView() : before;
        previous = key;
    }

    private void find(KeyView key, LongConsumer positions) {
        ascend(key);
        boolean found;
        try {
            found = goTo(key);
        } catch (CorruptIndexException e) {
            reader = new EntryReader(index.replace(reader.file(), e));
            segment = 0;
            filter = null;
            found = goTo(key);
        }
        if (found) {
            for (long position = reader.firstPosition(); position >= 0; position = reader.nextPosition()) {
                positions.accept(position);
            }
        }
    }

    private boolean goTo(KeyView key) {
        KeyIndexFile file = reader.file();
        int target = file.segmentOf(key, segment);
        SplitBlockBloomFilter ofSegment = filter;
        if (ofSegment == null || target != segment) {
            ofSegment = index.filter(file, target);
            filter = ofSegment;
            segment = target;
        }
        if (!ofSegment.mightContain(key.hash())) {
            negatives++;
            return false;
        }
        boolean found = reader.find(key, target);
        if (!found) {
            falsePositives++;
        }
        return found;
    }
}
