package dev.firn.index;

import java.nio.ByteBuffer;

/**
 * Where a segment lies in its file: key blocks, then fences, then the filter, with no gap.
 *
 * @param offset of the first block, in the file
 */
record Segment(long offset, int blocksLength, int fencesLength, int fencesCrc, int filterLength, int filterCrc) {

    void writeTo(ByteSink out) {
        out.putLong(offset);
        out.putInt(blocksLength);
        out.putInt(fencesLength);
        out.putInt(fencesCrc);
        out.putInt(filterLength);
        out.putInt(filterCrc);
    }

    static Segment read(ByteBuffer in) {
        return new Segment(in.getLong(), in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt());
    }

    long fencesOffset() {
        return offset + blocksLength;
    }

    long filterOffset() {
        return fencesOffset() + fencesLength;
    }
}
