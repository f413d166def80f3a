package dev.firn.feed;

import java.io.Serializable;
import java.time.Duration;

/**
 * A reader whose progress is kept in the table, as a tag of the snapshot that it has read.
 *
 * @param id names the tag
 * @param maxAge of the tagged snapshot, after which it may expire although it is not read
 */
public record Consumer(String id, Duration maxAge) implements Serializable {

    public Consumer {
        if (id.isBlank()) {
            throw new IllegalArgumentException("A consumer's id is blank. Give it a name, or leave it out");
        }
        if (maxAge.isNegative() || maxAge.isZero()) {
            throw new IllegalArgumentException("Consumer '" + id + "' keeps its progress for " + maxAge
                    + ": nothing would be kept. Give it a positive time, such as 7 d");
        }
    }
}
