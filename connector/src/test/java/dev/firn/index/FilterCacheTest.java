package dev.firn.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilterCacheTest {

    private static final int THREADS = 4;
    private static final int FILES = 6;
    private static final int KEYS = 5_000;

    /** 512 keys a segment: 640 bytes of filter. */
    private static final IndexShape SHAPE = new IndexShape(32, 16);

    private static final long FILTER_BYTES = 1_000;

    @TempDir
    Path directory;

    @Test
    void threadsThatAskAtRandomStayWithinTheBudgetAndColdFiltersComeFromTheFiles() throws Exception {
        long budget = 10_000;
        IndexedFiles files = new IndexedFiles(directory);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (KeyIndexes indexes = files.open(SHAPE, budget, 1 << 20)) {
            List<KeyIndex> all = new ArrayList<>();
            for (int i = 0; i < FILES; i++) {
                all.add(files.write(indexes, "file-" + i, Keys.even(KEYS)));
            }
            assertThat(all.stream().mapToLong(KeyIndex::filterBytes).sum()).isGreaterThan(2 * budget);
            List<Future<Long>> results = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                Random random = new Random(thread);
                results.add(threads.submit(() -> ask(indexes, all, random)));
            }
            for (Future<Long> most : results) {
                // Each thread may be about to drop what it brought in itself.
                assertThat(most.get()).isLessThanOrEqualTo(budget + THREADS * FILTER_BYTES);
            }
            assertThat(indexes.filterBytes()).isBetween(budget / 2, budget);
            assertThat(files.reads).as("data files read").isEmpty();
            all.forEach(KeyIndex::close);
            assertThat(indexes.filterBytes()).isZero();
        } finally {
            threads.shutdownNow();
        }
    }

    /** @return the most bytes that were seen */
    private static long ask(KeyIndexes indexes, List<KeyIndex> all, Random random) {
        long most = 0;
        for (int i = 0; i < 2_000; i++) {
            int number = random.nextInt(2 * KEYS);
            List<Long> positions = new ArrayList<>();
            all.get(random.nextInt(FILES)).cursor().find(Keys.of(number), positions::add);
            assertThat(positions).isEqualTo(number % 2 == 0 ? List.of(number / 2L) : List.of());
            most = Math.max(most, indexes.filterBytes());
        }
        return most;
    }

    @Test
    void withoutABudgetEveryFilterIsReadFromItsFile() {
        IndexedFiles files = new IndexedFiles(directory);
        try (KeyIndexes indexes = files.open(SHAPE, 0, 1 << 20)) {
            KeyIndex index = files.write(indexes, "file", Keys.even(KEYS));
            index.cursor().find(Keys.of(3), position -> {});
            long once = indexes.statistics().bytesRead();
            index.cursor().find(Keys.of(3), position -> {});

            assertThat(indexes.filterBytes()).isZero();
            assertThat(indexes.statistics().bytesRead()).isEqualTo(2 * once);
        }
    }
}
