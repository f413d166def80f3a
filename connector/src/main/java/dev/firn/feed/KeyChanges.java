package dev.firn.feed;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What a split changes, key by key. One thread. */
interface KeyChanges extends Closeable {

    /**
     * The next change; null if there is none.
     *
     * @throws IOException if what holds the images cannot be read
     */
    @Nullable KeyChange next() throws IOException;
}
