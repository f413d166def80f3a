package dev.firn.feed;

import dev.firn.key.Key;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Images in their order, at the start ahead of the first one. One thread. */
interface KeyedImages extends Closeable {

    /**
     * Goes to the next image; false if there is none.
     *
     * @throws IOException if what holds them cannot be read
     */
    boolean next() throws IOException;

    /** A key that none of the images is below, as far as it is known without reading them; null if it is not. */
    default @Nullable Key floor() {
        return null;
    }

    /** What this stands at, after {@link #next}. It may be kept. */
    Image image();
}
