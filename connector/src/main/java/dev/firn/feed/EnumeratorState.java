package dev.firn.feed;

import org.jspecify.annotations.Nullable;

/**
 * A checkpoint of the enumerator.
 *
 * @param feed null if the feed has not found its start yet
 */
public record EnumeratorState(@Nullable FeedState feed) {

    static final EnumeratorState NOT_STARTED = new EnumeratorState(null);
}
