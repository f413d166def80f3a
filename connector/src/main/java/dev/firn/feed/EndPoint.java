package dev.firn.feed;

import java.io.Serializable;

/** Where a feed ends. What it names is looked up once, when a feed without state starts. */
public sealed interface EndPoint extends Serializable {

    /** Nowhere. */
    record Unbounded() implements EndPoint {}

    /** With the snapshot that is the newest at the start. */
    record Latest() implements EndPoint {}

    /** With the changes of this snapshot. */
    record AtSnapshot(long id) implements EndPoint {}

    /** With the newest snapshot that was committed at this time or before, in milliseconds since the epoch. */
    record AtTime(long epochMillis) implements EndPoint {}
}
