package dev.firn.compaction;

import dev.firn.key.KeyView;

/** A copy of the key that was kept last, in an array that is used again. One thread. */
final class KeptKey {

    private final KeyView view = new KeyView();
    private byte[] bytes = new byte[64];

    void keep(KeyView key) {
        int length = key.length();
        if (length > bytes.length) {
            bytes = new byte[Math.max(length, 2 * bytes.length)];
        }
        System.arraycopy(key.bytes(), key.from(), bytes, 0, length);
        view.at(bytes, 0, length);
    }

    boolean is(KeyView key) {
        return view.compare(key) == 0;
    }

    /** Until the next one is kept. */
    KeyView view() {
        return view;
    }
}
