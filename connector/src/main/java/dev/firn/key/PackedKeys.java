package dev.firn.key;

import java.util.Arrays;

/** Copies of keys, one behind the other: whoever reads them all, several times over, reads memory in order. */
final class PackedKeys implements SortedKeys {

    private static final int MAX_BYTES = 1 << 30;

    private final byte[] bytes;
    private final int[] ends;

    private PackedKeys(byte[] bytes, int[] ends) {
        this.bytes = bytes;
        this.ends = ends;
    }

    /** Copies keys; if that takes more than an array may hold, they stay where they are. */
    static SortedKeys of(SortedKeys keys) {
        int[] ends = new int[keys.size()];
        byte[] bytes = new byte[Long.BYTES * Math.min(MAX_BYTES / Long.BYTES, ends.length)];
        int end = 0;
        KeyView key = new KeyView();
        for (int i = 0; i < ends.length; i++) {
            keys.read(i, key);
            if (key.length() > MAX_BYTES - end) {
                return keys;
            }
            if (key.length() > bytes.length - end) {
                bytes = Arrays.copyOf(bytes, Math.max(end + key.length(), Math.min(MAX_BYTES / 2, bytes.length) * 2));
            }
            System.arraycopy(key.bytes(), key.from(), bytes, end, key.length());
            end += key.length();
            ends[i] = end;
        }
        return new PackedKeys(bytes, ends);
    }

    @Override
    public int size() {
        return ends.length;
    }

    @Override
    public void read(int i, KeyView view) {
        view.at(bytes, i == 0 ? 0 : ends[i - 1], ends[i]);
    }
}
