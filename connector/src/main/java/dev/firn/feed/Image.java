package dev.firn.feed;

import dev.firn.key.Key;
import java.util.Comparator;
import org.apache.flink.table.data.RowData;

/**
 * A row as it was ahead of a change, or as it is behind it.
 *
 * @param place where it was read
 */
record Image(Key key, Place place, RowData row) {

    /** By key; those of one key first by side, then by place. No two images are equal. */
    static final Comparator<Image> ORDER = Comparator.comparing(Image::key).thenComparing(Image::place);

    /**
     * One row of a split's files.
     *
     * @param file ordinal of the file in the split
     * @param position of the row in the file
     */
    record Place(Side side, int file, long position) implements Comparable<Place> {

        private static final Comparator<Place> ORDER =
                Comparator.comparing(Place::side).thenComparingInt(Place::file).thenComparingLong(Place::position);

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }
}
