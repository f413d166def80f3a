package dev.firn.index;

import java.util.Arrays;

/**
 * Stands at one entry of an index file, or ahead of a block's first one, and goes forward; it decodes into arrays of
 * its own and allocates only to enlarge them. One thread.
 */
final class EntryReader {

    private final KeyIndexFile file;
    private final IndexFooter footer;

    private int segment = -1;
    private byte[] fenceBytes = new byte[0];
    private final Fences fences = new Fences();

    private int block = -1;
    private byte[] blockBytes = new byte[0];
    private int next;
    private int entry = -1;

    private byte[] key = new byte[64];
    private int keyLength;
    private int positionsAt;
    private long position;

    EntryReader(KeyIndexFile file) {
        this.file = file;
        this.footer = file.footer();
    }

    KeyIndexFile file() {
        return file;
    }

    int segment() {
        return segment;
    }

    int block() {
        return block;
    }

    Fences fences() {
        return fences;
    }

    /** Goes to a segment, ahead of its first block. Does nothing if it is there already. */
    void toSegment(int target) {
        if (target == segment) {
            return;
        }
        int length = file.fencesLength(target);
        fenceBytes = atLeast(fenceBytes, length);
        segment = -1;
        file.readFences(target, fenceBytes);
        int blocks = footer.blocksIn(target);
        fences.reset(fenceBytes, 2 * Integer.BYTES * blocks, blocks);
        segment = target;
        block = -1;
        entry = -1;
    }

    /** Goes to a block of the segment, ahead of its first entry. Does nothing if it is there already. */
    void toBlock(int target) {
        if (target == block) {
            return;
        }
        int start = target == 0 ? 0 : fenceInt(target - 1);
        int length = fenceInt(target) - start;
        blockBytes = atLeast(blockBytes, length);
        block = -1;
        file.readBlock(segment, start, blockBytes, length, fenceInt(fences.count() + target));
        block = target;
        next = 0;
        entry = -1;
        keyLength = 0;
    }

    /** Goes to the next entry of the block; false at its end, where it stays at the last one. */
    boolean nextInBlock() {
        if (entry == entriesInBlock() - 1) {
            return false;
        }
        if (entry >= 0 && footer.positions() == Positions.LISTED) {
            skipPositions();
        }
        int shared = (int) varint();
        int suffix = (int) varint();
        keyLength = shared + suffix;
        if (key.length < keyLength) {
            key = Arrays.copyOf(key, Math.max(2 * key.length, keyLength));
        }
        System.arraycopy(blockBytes, next, key, shared, suffix);
        next += suffix;
        positionsAt = next;
        entry++;
        return true;
    }

    /** Goes to the next entry of the file; false at its end. */
    boolean next() {
        if (footer.keys() == 0) {
            return false;
        }
        toSegment(Math.max(segment, 0));
        toBlock(Math.max(block, 0));
        if (nextInBlock()) {
            return true;
        }
        if (block + 1 < fences.count()) {
            toBlock(block + 1);
        } else if (segment + 1 < footer.segments()) {
            toSegment(segment + 1);
            toBlock(0);
        } else {
            return false;
        }
        return nextInBlock();
    }

    /** Goes to the entry of a rank below the number of keys. */
    void seek(long rank) {
        IndexShape shape = footer.shape();
        toSegment((int) (rank / shape.keysPerSegment()));
        int inSegment = (int) (rank % shape.keysPerSegment());
        int target = inSegment / shape.keysPerBlock();
        int inBlock = inSegment % shape.keysPerBlock();
        if (target == block && entry > inBlock) {
            block = -1;
        }
        toBlock(target);
        while (entry < inBlock) {
            nextInBlock();
        }
    }

    /** How many of the file's keys are smaller than this one. Goes anywhere. */
    long keysBelow(byte[] target) {
        if (footer.keys() == 0 || Arrays.compareUnsigned(target, file.firstKey()) <= 0) {
            return 0;
        }
        toSegment(file.segmentOf(target, 0));
        block = -1;
        toBlock(fences.floor(target, 0));
        while (nextInBlock()) {
            if (compareTo(target) >= 0) {
                return rank();
            }
        }
        return rank() + 1;
    }

    /** Where the entry's key stands relative to this one. */
    int compareTo(byte[] other) {
        return Arrays.compareUnsigned(key, 0, keyLength, other, 0, other.length);
    }

    static int compareKeys(EntryReader left, EntryReader right) {
        return Arrays.compareUnsigned(left.key, 0, left.keyLength, right.key, 0, right.keyLength);
    }

    /** False ahead of a block's first entry. */
    boolean atEntry() {
        return entry >= 0;
    }

    byte[] copyKey() {
        return Arrays.copyOf(key, keyLength);
    }

    long rank() {
        IndexShape shape = footer.shape();
        return (long) segment * shape.keysPerSegment() + (long) block * shape.keysPerBlock() + entry;
    }

    /** The first of the entry's positions, which ascend. */
    long firstPosition() {
        if (footer.positions() == Positions.RANKS) {
            return rank();
        }
        next = positionsAt;
        position = varint() - 1;
        return position;
    }

    /** The next of the entry's positions, after {@link #firstPosition}; negative if there is none. */
    long nextPosition() {
        if (footer.positions() == Positions.RANKS) {
            return -1;
        }
        long distance = varint();
        position += distance;
        return distance == 0 ? -1 : position;
    }

    private void skipPositions() {
        next = positionsAt;
        while (varint() != 0) {
            // the end is not known otherwise
        }
    }

    private int entriesInBlock() {
        int keysPerBlock = footer.shape().keysPerBlock();
        return Math.min(keysPerBlock, footer.keysIn(segment) - block * keysPerBlock);
    }

    private int fenceInt(int i) {
        return (int) Fences.INTS.get(fenceBytes, i * Integer.BYTES);
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte b = blockBytes[next++];
            value |= (b & 0x7FL) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }

    private static byte[] atLeast(byte[] bytes, int length) {
        return bytes.length >= length ? bytes : new byte[Math.max(2 * bytes.length, length)];
    }
}
