package dev.firn.index;

/**
 * How many keys share a block, which is read and checked as a whole, and how many blocks share a segment, which has one
 * filter and one array of fences. Both are exact, but for the last ones, so that a rank names its block.
 */
record IndexShape(int keysPerBlock, int blocksPerSegment) {

    static final IndexShape DEFAULT = new IndexShape(128, 256);

    /** With the largest keys a segment stays below 2 GiB, so that offsets inside of it are ints. */
    private static final int MAX_KEYS_PER_SEGMENT = 1 << 15;

    IndexShape {
        if (keysPerBlock < 1 || blocksPerSegment < 1 || (long) keysPerBlock * blocksPerSegment > MAX_KEYS_PER_SEGMENT) {
            throw new IllegalArgumentException(
                    keysPerBlock + " keys a block, " + blocksPerSegment + " blocks a segment");
        }
    }

    int keysPerSegment() {
        return keysPerBlock * blocksPerSegment;
    }

    /** How many parts of this size hold {@code keys} keys. */
    static int parts(long keys, int size) {
        return Math.toIntExact((keys + size - 1) / size);
    }
}
