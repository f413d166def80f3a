package dev.firn.sink;

/** What a {@code -U} does to the table. */
public enum UpdateBefore {
    /** Nothing: the {@code +U} that follows has the same key. For streams in which it always follows. */
    IGNORED,
    /** It deletes its key until the {@code +U} comes, which something on the way may have taken out of the stream. */
    DELETES
}
