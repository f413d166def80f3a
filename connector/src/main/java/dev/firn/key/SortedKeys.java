package dev.firn.key;

import java.util.List;

/** Keys in strictly ascending order, wherever their bytes are. One thread. */
public interface SortedKeys {

    int size();

    /** Moves the view to a key. The bytes stay as they are while these keys are used. */
    void read(int i, KeyView view);

    /** @param keys strictly ascending */
    static SortedKeys of(List<Key> keys) {
        return new SortedKeys() {
            @Override
            public int size() {
                return keys.size();
            }

            @Override
            public void read(int i, KeyView view) {
                view.at(keys.get(i));
            }
        };
    }

    /** These keys, copied to where they lie in their order; for who reads them several times. */
    default SortedKeys packed() {
        return PackedKeys.of(this);
    }

    /** How many of the keys are smaller than this one. */
    default int below(Key key) {
        return search(key, 0);
    }

    /** How many of the keys are smaller than this one, or equal to it. */
    default int upTo(Key key) {
        return search(key, 1);
    }

    /** How many of the keys compare to the bound by less than this. */
    private int search(Key key, int order) {
        KeyView bound = KeyView.of(key);
        KeyView middleKey = new KeyView();
        int low = 0;
        int high = size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            read(middle, middleKey);
            if (middleKey.compare(bound) < order) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
