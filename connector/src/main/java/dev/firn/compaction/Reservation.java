package dev.firn.compaction;

import java.util.Set;

/**
 * What a running merge holds.
 *
 * @param inputs locations of the files that it replaces
 * @param keys covers every key that it may write to the output level
 */
public record Reservation(Set<String> inputs, int outputLevel, KeySpan keys) {

    public Reservation {
        inputs = Set.copyOf(inputs);
    }
}
