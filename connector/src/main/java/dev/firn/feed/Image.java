package dev.firn.feed;

import dev.firn.key.Key;
import org.apache.flink.table.data.RowData;

/**
 * A row as it was ahead of a change, or as it is behind it. They are ordered by key; those of one key first by side,
 * then by place. No two of a split are equal.
 *
 * @param place where it was read
 */
record Image(Key key, Place place, RowData row) implements Comparable<Image> {

    @Override
    public int compareTo(Image other) {
        int byKey = key.compareTo(other.key);
        return byKey != 0 ? byKey : place.compareTo(other.place);
    }

    /**
     * One row of a split's files.
     *
     * @param file ordinal of the file in the split
     * @param position of the row in the file
     */
    record Place(Side side, int file, long position) implements Comparable<Place> {

        @Override
        public int compareTo(Place other) {
            int bySide = side.compareTo(other.side);
            int byFile = bySide != 0 ? bySide : Integer.compare(file, other.file);
            return byFile != 0 ? byFile : Long.compare(position, other.position);
        }
    }
}
