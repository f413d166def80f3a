package dev.firn.columns;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.values.bloomfilter.BlockSplitBloomFilter;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;

/**
 * Parquet's split block bloom filter while it is filled.
 *
 * @see <a href="https://parquet.apache.org/docs/file-format/bloomfilter/">Bloom filter</a>
 */
final class BloomBits {

    private static final int BLOCK_WORDS = 8;

    private final int[] words;

    private BloomBits(int bytes) {
        this.words = new int[bytes / Integer.BYTES];
    }

    /** As large as Parquet's own writer has it. */
    static BloomBits of(ColumnDescriptor column, ParquetProperties properties) {
        int maxBytes = properties.getMaxBloomFilterBytes();
        int bytes = maxBytes;
        if (properties.getBloomFilterNDV(column).isPresent()) {
            int bits = BlockSplitBloomFilter.optimalNumOfBits(
                    properties.getBloomFilterNDV(column).getAsLong(),
                    properties.getBloomFilterFPP(column).getAsDouble());
            bytes = bits / Byte.SIZE;
        }
        return new BloomBits(new BlockSplitBloomFilter(bytes, maxBytes).getBitsetSize());
    }

    /** @param hash of a value by {@link XxHash64} */
    void add(long hash) {
        int block = (int) (((hash >>> Integer.SIZE) * (words.length / BLOCK_WORDS)) >>> Integer.SIZE) * BLOCK_WORDS;
        int key = (int) hash;
        words[block] |= bit(key * 0x47b6137b);
        words[block + 1] |= bit(key * 0x44974d91);
        words[block + 2] |= bit(key * 0x8824ad5b);
        words[block + 3] |= bit(key * 0xa2b7289d);
        words[block + 4] |= bit(key * 0x705495c7);
        words[block + 5] |= bit(key * 0x2df1424b);
        words[block + 6] |= bit(key * 0x9efc4947);
        words[block + 7] |= bit(key * 0x5c6bfb31);
    }

    /** Its number is in the highest five bits. */
    private static int bit(int salted) {
        return 1 << (salted >>> 27);
    }

    BloomFilter filter() {
        ByteBuffer bytes = ByteBuffer.allocate(words.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(words);
        return new BlockSplitBloomFilter(bytes.array());
    }
}
