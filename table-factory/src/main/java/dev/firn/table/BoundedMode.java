package dev.firn.table;

/** Where a streaming read ends. */
public enum BoundedMode {
    UNBOUNDED,
    /** With the snapshot that is the newest at the start. */
    LATEST,
    /** With a given snapshot. */
    SNAPSHOT,
    /** With the newest snapshot that was committed at a given time or before. */
    TIMESTAMP
}
