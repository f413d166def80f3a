package dev.firn.index;

import dev.firn.key.KeyHash;
import java.nio.ByteBuffer;

/**
 * A set of key hashes that may take an absent one for present, in about one of a hundred cases, and never the other
 * way.
 *
 * <p>A split block Bloom filter as in the Parquet format (F. Putze, P. Sanders, J. Singler, "Cache-, Hash- and
 * Space-Efficient Bloom Filters", 2007): a hash chooses a block of 256 bits and one bit in each of its eight words, so
 * that a question costs one cache line. Keys are hashed by {@link KeyHash}.
 */
final class SplitBlockBloomFilter {

    private static final int BITS_PER_KEY = 10;
    private static final int WORDS_PER_BLOCK = 8;
    private static final int[] SALT = {
        0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31
    };

    private final int[] words;

    private SplitBlockBloomFilter(int[] words) {
        this.words = words;
    }

    /** A filter of the first {@code count} hashes, of a size that suits their number. */
    static SplitBlockBloomFilter of(long[] hashes, int count) {
        int blocks = Math.max(1, IndexShape.parts((long) count * BITS_PER_KEY, WORDS_PER_BLOCK * Integer.SIZE));
        SplitBlockBloomFilter filter = new SplitBlockBloomFilter(new int[blocks * WORDS_PER_BLOCK]);
        for (int i = 0; i < count; i++) {
            filter.add(hashes[i]);
        }
        return filter;
    }

    static SplitBlockBloomFilter read(byte[] bytes) {
        int[] words = new int[bytes.length / Integer.BYTES];
        ByteBuffer.wrap(bytes).asIntBuffer().get(words);
        return new SplitBlockBloomFilter(words);
    }

    void writeTo(ByteSink out) {
        out.putInts(words, words.length);
    }

    int sizeInBytes() {
        return words.length * Integer.BYTES;
    }

    boolean mightContain(long hash) {
        int block = block(hash);
        int low = (int) hash;
        int missing = 0;
        // To the end, whatever is found: where to stop cannot be foreseen, and costs more than to go on.
        for (int i = 0; i < WORDS_PER_BLOCK; i++) {
            missing |= ~words[block + i] & bit(low, i);
        }
        return missing == 0;
    }

    private void add(long hash) {
        int block = block(hash);
        int low = (int) hash;
        for (int i = 0; i < WORDS_PER_BLOCK; i++) {
            words[block + i] |= bit(low, i);
        }
    }

    private int block(long hash) {
        int blocks = words.length / WORDS_PER_BLOCK;
        return (int) (((hash >>> Integer.SIZE) * blocks) >>> Integer.SIZE) * WORDS_PER_BLOCK;
    }

    private static int bit(int low, int word) {
        return 1 << ((low * SALT[word]) >>> 27);
    }
}
