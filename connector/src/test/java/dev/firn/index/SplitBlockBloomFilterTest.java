package dev.firn.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.key.KeyHash;
import dev.firn.key.KeyView;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SplitBlockBloomFilterTest {

    @Test
    void everyKeyOfTheSetIsFoundAndFewOthers() {
        for (int count : new int[] {1, 2, 30, 1_000, 32_768}) {
            long[] hashes = hashes(0, count);
            SplitBlockBloomFilter filter = SplitBlockBloomFilter.of(hashes, count);

            assertThat(LongStream.of(hashes).allMatch(filter::mightContain)).isTrue();
            long falsePositives = LongStream.of(hashes(count, count + 100_000))
                    .filter(filter::mightContain)
                    .count();
            assertThat(falsePositives).as("of 100,000, with %s keys", count).isLessThan(2_000);
        }
    }

    @Test
    void anEmptySetHasNoKeys() {
        SplitBlockBloomFilter filter = SplitBlockBloomFilter.of(new long[0], 0);

        assertThat(LongStream.of(hashes(0, 1_000)).anyMatch(filter::mightContain))
                .isFalse();
    }

    @Test
    void hashesStayAsTheyAreInLocalIndexFiles() {
        // MurmurHash64A with seed 0, of prefixes of one text
        byte[] text = "the quick brown fox".getBytes(StandardCharsets.US_ASCII);
        assertThat(IntStream.of(0, 1, 7, 8, 9, 19).mapToObj(length -> Long.toHexString(KeyHash.of(text, 0, length))))
                .containsExactly(
                        "0",
                        "a9f7b29f271e2bf0",
                        "379cb095b5f946ee",
                        "93469ae676c36ec9",
                        "c9494253d62f8bc4",
                        "892392f71d010872");
    }

    private static long[] hashes(int from, int to) {
        return IntStream.range(from, to)
                .mapToLong(i -> KeyView.of(Keys.of(i)).hash())
                .toArray();
    }
}
