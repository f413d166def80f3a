package dev.firn.feed;

import java.io.Closeable;
import java.io.IOException;

/** Images in their order, at the start ahead of the first one. One thread. */
interface KeyedImages extends Closeable {

    /**
     * Goes to the next image; false if there is none.
     *
     * @throws IOException if what holds them cannot be read
     */
    boolean next() throws IOException;

    /** What this stands at, after {@link #next}. It may be kept. */
    Image image();
}
