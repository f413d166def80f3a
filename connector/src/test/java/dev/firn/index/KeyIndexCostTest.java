package dev.firn.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.key.Key;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a lookup reads depends on the keys that it looks for, not on the size of the file. */
class KeyIndexCostTest {

    private static final int KEYS = 500_000;
    private static final int KEYS_PER_BLOCK = IndexShape.DEFAULT.keysPerBlock();

    @TempDir
    Path directory;

    private final long filterMemoryBytes = 4 << 20;
    private KeyIndexes indexes;
    private KeyIndex index;

    @BeforeEach
    void writeIndex() {
        open(filterMemoryBytes);
        try (KeyIndexWriter writer = indexes.writer("run")) {
            LongStream.range(0, KEYS).forEach(i -> writer.add(Keys.of(2 * i)));
            index = writer.finish(IndexedFiles.dataFile("run", KEYS));
        }
    }

    @AfterEach
    void close() {
        indexes.close();
    }

    @Test
    void aFewKeysReadOneBlockEach() {
        List<Key> few =
                LongStream.range(0, 10).mapToObj(i -> Keys.of(2 * (i * 49_999))).toList();

        assertThat(find(few)).isEqualTo(10);

        assertThat(indexes.statistics().blocksRead()).isEqualTo(10);
        long segmentFilterBytes = IndexShape.DEFAULT.keysPerSegment() * 11L / 8;
        assertThat(indexes.statistics().bytesRead()).isLessThan(10 * (segmentFilterBytes + 5_000));
    }

    @Test
    void neighbouringKeysShareTheirBlocks() {
        List<Key> neighbours =
                LongStream.range(100_000, 101_280).mapToObj(i -> Keys.of(2 * i)).toList();

        assertThat(find(neighbours)).isEqualTo(1_280);

        assertThat(indexes.statistics().blocksRead()).isLessThanOrEqualTo(1_280 / KEYS_PER_BLOCK + 1);
    }

    @Test
    void allKeysReadEveryBlockOnce() {
        assertThat(find(Keys.even(KEYS))).isEqualTo(KEYS);

        assertThat(indexes.statistics().blocksRead()).isEqualTo(IndexShape.parts(KEYS, KEYS_PER_BLOCK));
    }

    @Test
    void absentKeysReadHardlyAnyBlock() {
        List<Key> absent =
                LongStream.range(0, 5_000).mapToObj(i -> Keys.of(200 * i + 1)).toList();

        assertThat(find(absent)).isZero();

        IndexStatistics statistics = indexes.statistics();
        assertThat(statistics.probes()).isEqualTo(5_000);
        assertThat(statistics.filterNegatives() + statistics.filterFalsePositives())
                .isEqualTo(5_000);
        assertThat(statistics.filterFalsePositives()).isLessThan(100);
        assertThat(statistics.blocksRead()).isLessThanOrEqualTo(statistics.filterFalsePositives());
    }

    @Test
    void aKeyTakesFewBytesOfMemoryAndDisk() {
        assertThat(index.filterBytes()).isLessThan(2 * KEYS);
        assertThat(index.localBytes()).isLessThan(6 * KEYS);
    }

    @Test
    void keysOutsideOfTheRangeReadNothing() {
        find(List.of(Keys.of(2 * KEYS - 1), Keys.of(2 * KEYS), Keys.of(Long.MAX_VALUE)));

        assertThat(indexes.statistics().bytesRead()).isZero();
    }

    @Test
    void filtersWithinTheBudgetAreReadOnce() {
        List<Key> spread =
                LongStream.range(0, 500).mapToObj(i -> Keys.of(2_000 * i + 1)).toList();

        find(spread);
        long first = indexes.statistics().bytesRead();
        find(spread);
        long second = indexes.statistics().bytesRead() - first;
        assertThat(first).isGreaterThan(KEYS);
        assertThat(second).isLessThan(first / 4);

        indexes.close();
        open(100_000);
        index = indexes.index(IndexedFiles.dataFile("run", KEYS));
        find(spread);
        long cold = indexes.statistics().bytesRead();
        find(spread);
        assertThat(indexes.statistics().bytesRead() - cold).isGreaterThan(cold / 2);
    }

    private void open(long budget) {
        indexes = new IndexedFiles(directory).open(IndexShape.DEFAULT, budget, 1 << 20);
    }

    private long find(List<Key> keys) {
        long[] found = new long[1];
        KeyCursor cursor = index.cursor();
        for (Key key : keys) {
            cursor.find(key, position -> found[0]++);
        }
        return found[0];
    }
}
