package dev.firn.key;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * An encoded primary key. Keys compare as unsigned bytes, and that order is the order of the primary key's values.
 *
 * <p>The bytes are shared, not copied: neither the creator nor a reader may change them.
 */
public final class Key implements Comparable<Key> {

    private final byte[] bytes;

    private Key(byte[] bytes) {
        this.bytes = bytes;
    }

    public static Key of(byte[] bytes) {
        return new Key(bytes);
    }

    /** The encoded bytes themselves, not a copy. */
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public int compareTo(Key other) {
        return KeyOrder.compare(bytes, 0, bytes.length, other.bytes, 0, other.bytes.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Key key && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
