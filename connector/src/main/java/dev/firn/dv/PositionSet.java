package dev.firn.dv;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.roaringbitmap.RoaringBitmap;

/**
 * An immutable set of row positions of one data file. A position is a row's ordinal in its file, below
 * {@value #MAX_ROWS}.
 */
public final class PositionSet {

    /** The most rows that a data file may have for its positions to be held here. */
    public static final long MAX_ROWS = 1L << 31;

    public static final PositionSet EMPTY = new PositionSet(new RoaringBitmap());

    private final RoaringBitmap bitmap;

    // Takes the bitmap over: nobody else may hold it.
    private PositionSet(RoaringBitmap bitmap) {
        bitmap.runOptimize();
        this.bitmap = bitmap;
    }

    public static PositionSet of(long... positions) {
        Builder builder = new Builder();
        for (long position : positions) {
            builder.add(position);
        }
        return builder.build();
    }

    public static Builder builder() {
        return new Builder();
    }

    public Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * The set that {@link #toBytes()} wrote.
     *
     * @throws IllegalArgumentException if the bytes are no such set
     */
    public static PositionSet fromBytes(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        RoaringBitmap bitmap = new RoaringBitmap();
        try {
            bitmap.deserialize(buffer);
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException("Corrupt set of positions, " + bytes.length + " bytes", e);
        }
        if (bitmap.serializedSizeInBytes() != bytes.length || !bitmap.validate()) {
            throw new IllegalArgumentException("Corrupt set of positions, " + bytes.length + " bytes");
        }
        if (!bitmap.isEmpty()) {
            checkPosition(Integer.toUnsignedLong(bitmap.last()));
        }
        return new PositionSet(bitmap);
    }

    /** The set in the portable Roaring format, without a version. */
    public byte[] toBytes() {
        byte[] bytes = new byte[bitmap.serializedSizeInBytes()];
        bitmap.serialize(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        return bytes;
    }

    public boolean contains(long position) {
        return position >= 0 && position < MAX_ROWS && bitmap.contains((int) position);
    }

    public long cardinality() {
        return bitmap.getLongCardinality();
    }

    public boolean isEmpty() {
        return bitmap.isEmpty();
    }

    /** The size of {@link #toBytes()}, and about the memory that the set takes. */
    public int sizeInBytes() {
        return bitmap.serializedSizeInBytes();
    }

    public PositionSet union(PositionSet other) {
        if (isEmpty()) {
            return other;
        }
        return other.isEmpty() ? this : new PositionSet(RoaringBitmap.or(bitmap, other.bitmap));
    }

    /** The positions that are here and not in the other set. */
    public PositionSet minus(PositionSet other) {
        return isEmpty() || other.isEmpty() ? this : new PositionSet(RoaringBitmap.andNot(bitmap, other.bitmap));
    }

    /** The lowest position at or above a given one that is not here; {@link #MAX_ROWS} at most. */
    public long nextAbsent(long from) {
        return from >= MAX_ROWS ? MAX_ROWS : bitmap.nextAbsentValue((int) from);
    }

    /** The lowest position at or above a given one that is here; {@link #MAX_ROWS} if there is none. */
    public long nextPresent(long from) {
        long next = from >= MAX_ROWS ? -1 : bitmap.nextValue((int) from);
        return next < 0 ? MAX_ROWS : next;
    }

    /** Passes every position on, in ascending order. */
    public void forEach(LongConsumer consumer) {
        bitmap.forEach((int position) -> consumer.accept(position));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PositionSet set && bitmap.equals(set.bitmap);
    }

    @Override
    public int hashCode() {
        // The bitmap's own hash depends on how it came about.
        return isEmpty() ? 0 : Objects.hash(bitmap.first(), bitmap.last(), cardinality());
    }

    @Override
    public String toString() {
        return bitmap.toString();
    }

    private static void checkPosition(long position) {
        if (position < 0 || position >= MAX_ROWS) {
            throw new IllegalArgumentException("Row position " + position + " is not within [0, " + MAX_ROWS
                    + "): data files with more rows cannot be written to. Rewrite the table into smaller data files");
        }
    }

    /** Collects positions in any order. Used by one thread; lives on after {@link #build()}. */
    public static final class Builder {

        private final RoaringBitmap bitmap;

        private Builder() {
            this.bitmap = new RoaringBitmap();
        }

        private Builder(PositionSet start) {
            this.bitmap = start.bitmap.clone();
        }

        /**
         * Adds a position.
         *
         * @throws IllegalArgumentException if it is negative or at least {@link #MAX_ROWS}
         */
        public Builder add(long position) {
            checkPosition(position);
            bitmap.add((int) position);
            return this;
        }

        public boolean contains(long position) {
            return position >= 0 && position < MAX_ROWS && bitmap.contains((int) position);
        }

        public boolean isEmpty() {
            return bitmap.isEmpty();
        }

        public PositionSet build() {
            return bitmap.isEmpty() ? EMPTY : new PositionSet(bitmap.clone());
        }
    }
}
