package dev.firn.table;

/** Where a streaming read without state begins. */
public enum StartupMode {
    /** With the newest snapshot's rows, and then the changes. */
    FULL,
    /** With the oldest retained snapshot's rows, and then the changes of all others. */
    EARLIEST,
    /** With the changes after the newest snapshot. */
    LATEST,
    /** With the changes after a given snapshot. */
    SNAPSHOT,
    /** With the changes after a given time. */
    TIMESTAMP
}
