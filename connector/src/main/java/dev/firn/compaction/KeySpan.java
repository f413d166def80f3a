package dev.firn.compaction;

import dev.firn.key.Key;

/** A closed range of keys: both {@code first} and {@code last} belong to it. */
public record KeySpan(Key first, Key last) {

    public KeySpan {
        if (first.compareTo(last) > 0) {
            throw new IllegalArgumentException("A span begins at its lowest key, not at " + first + " above " + last);
        }
    }

    public boolean overlaps(KeySpan other) {
        return first.compareTo(other.last) <= 0 && other.first.compareTo(last) <= 0;
    }

    public boolean contains(Key key) {
        return first.compareTo(key) <= 0 && key.compareTo(last) <= 0;
    }

    public boolean covers(KeySpan other) {
        return contains(other.first) && contains(other.last);
    }

    /** The smallest span that covers both, with what lies between them. */
    public KeySpan hull(KeySpan other) {
        return new KeySpan(
                first.compareTo(other.first) <= 0 ? first : other.first,
                last.compareTo(other.last) >= 0 ? last : other.last);
    }
}
