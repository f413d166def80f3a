package dev.firn.columns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Random;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.values.bitpacking.ByteBitPackingValuesWriter;
import org.apache.parquet.column.values.bitpacking.Packer;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;
import org.apache.parquet.io.ParquetDecodingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HybridRunsTest {

    @ParameterizedTest(name = "{0} bits")
    @ValueSource(ints = {0, 1, 2, 3, 7, 8, 9, 13, 16, 20, 24, 31, 32})
    void whatParquetWroteIsReadAgain(int width) throws IOException {
        Random random = new Random(width);
        int[] numbers = numbers(random, width);
        PageBytes bytes = hybrid(numbers, width);
        HybridRuns one = HybridRuns.of(bytes, width);
        for (int number : numbers) {
            assertThat(one.next()).isEqualTo(number);
        }
        HybridRuns mixed = HybridRuns.of(bytes, width);
        for (int at = 0; at < numbers.length; ) {
            int rest = numbers.length - at;
            switch (random.nextInt(3)) {
                case 0 -> {
                    int skipped = Math.min(rest, random.nextInt(40));
                    mixed.skip(skipped);
                    at += skipped;
                }
                case 1 -> assertThat(mixed.next()).isEqualTo(numbers[at++]);
                default -> {
                    int limit = Math.min(rest, 1 + random.nextInt(40));
                    int run = mixed.run(limit);
                    assertThat(run).isBetween(1, limit);
                    for (int i = 0; i < run; i++) {
                        assertThat(mixed.value()).isEqualTo(numbers[at++]);
                    }
                }
            }
        }
    }

    @Test
    @SuppressWarnings("deprecation") // as old writers wrote levels
    void levelsThatArePackedFromTheHighestBitOnAreReadAgain() throws IOException {
        int[] levels = numbers(new Random(1), 1);
        ByteBitPackingValuesWriter writer = new ByteBitPackingValuesWriter(1, Packer.BIG_ENDIAN);
        for (int level : levels) {
            writer.writeInteger(level);
        }
        HybridRuns runs = HybridRuns.ofHighBitsFirst(PageBytes.of(writer.getBytes()), levels.length);
        for (int level : levels) {
            assertThat(runs.next()).isEqualTo(level);
        }
    }

    @Test
    void aPageThatEndsTooEarlyIsAnError() throws IOException {
        PageBytes whole = hybrid(new int[] {5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5}, 9);
        HybridRuns cut = HybridRuns.of(whole.first(whole.length() - 1), 9);
        assertThatThrownBy(cut::next).isInstanceOf(ParquetDecodingException.class);
    }

    private static PageBytes hybrid(int[] numbers, int width) throws IOException {
        RunLengthBitPackingHybridEncoder encoder =
                new RunLengthBitPackingHybridEncoder(width, 64, 1 << 20, HeapByteBufferAllocator.getInstance());
        for (int number : numbers) {
            encoder.writeInt(number);
        }
        return PageBytes.of(encoder.toBytes());
    }

    /** Long runs of a number, and numbers without any order. */
    private static int[] numbers(Random random, int width) {
        int[] numbers = new int[3_001];
        int repeats = 0;
        for (int i = 0; i < numbers.length; i++) {
            if (repeats-- > 0) {
                numbers[i] = numbers[i - 1];
            } else {
                numbers[i] = width == 0 ? 0 : random.nextInt() >>> (Integer.SIZE - width);
                repeats = random.nextInt(20) == 0 ? random.nextInt(300) : 0;
            }
        }
        return numbers;
    }
}
