package dev.firn.key;

import java.util.Arrays;

/**
 * An encoded key within a larger array. It is moved from key to key, so that many can be read without an object for
 * each: whoever wants to keep a key makes a {@link #copy}.
 */
public final class KeyView {

    private byte[] bytes = new byte[0];
    private int from;
    private int to;

    public static KeyView of(Key key) {
        return new KeyView().at(key);
    }

    /** Moves to other bytes, which are not copied. */
    public KeyView at(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
        return this;
    }

    public KeyView at(Key key) {
        return at(key.bytes(), 0, key.bytes().length);
    }

    public byte[] bytes() {
        return bytes;
    }

    public int from() {
        return from;
    }

    public int to() {
        return to;
    }

    public int length() {
        return to - from;
    }

    /** In the order of {@link Key}. */
    public int compare(KeyView other) {
        return KeyOrder.compare(bytes, from, to, other.bytes, other.from, other.to);
    }

    public long hash() {
        return KeyHash.of(bytes, from, to);
    }

    public Key copy() {
        return Key.of(Arrays.copyOfRange(bytes, from, to));
    }

    @Override
    public String toString() {
        return copy().toString();
    }
}
