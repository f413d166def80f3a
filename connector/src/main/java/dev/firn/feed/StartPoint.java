package dev.firn.feed;

import java.io.Serializable;

/** Where a feed without state begins. */
public sealed interface StartPoint extends Serializable {

    /** The newest snapshot's rows, then the changes after it. */
    record Full() implements StartPoint {}

    /** The rows of the oldest retained snapshot, then the changes of all others. */
    record Earliest() implements StartPoint {}

    /** The changes after the newest snapshot. */
    record Latest() implements StartPoint {}

    /** The changes after this snapshot. */
    record AfterSnapshot(long id) implements StartPoint {}

    /** The changes that were committed after this time, in milliseconds since the epoch. */
    record AfterTime(long epochMillis) implements StartPoint {}
}
