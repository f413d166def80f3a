package dev.firn.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.firn.key.Key;
import dev.firn.key.KeyEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.iceberg.DataFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyIndexesTest {

    private static final List<Key> ROWS = Keys.even(30);

    @TempDir
    Path directory;

    @Test
    void anIndexWrittenWithItsRunFileIsUsedAfterARestart() {
        IndexedFiles files = new IndexedFiles(directory);
        try (KeyIndexes indexes = files.open()) {
            files.write(indexes, "run", ROWS);
        }
        try (KeyIndexes indexes = files.open()) {
            assertThat(find(indexes.index(IndexedFiles.dataFile("run", 30)), 8)).containsExactly(4L);
            assertThat(indexes.statistics().rebuilds()).isZero();
            assertThat(indexes.hits().opened()).isOne();
        }
        assertThat(files.reads).isEmpty();
    }

    @Test
    void aFilterIsReadOnceAndAHitFromThenOnUnlessThereIsNoMemoryForIt() {
        IndexedFiles files = new IndexedFiles(directory);
        try (KeyIndexes indexes = files.open()) {
            files.write(indexes, "run", ROWS);
            assertThat(indexes.hits()).isEqualTo(new LocalHits(0, 0, 0));
            for (int use = 1; use <= 3; use++) {
                find(indexes.index(IndexedFiles.dataFile("run", 30)), 8);
                assertThat(indexes.hits()).isEqualTo(new LocalHits(0, use - 1, 1));
            }
        }
        try (KeyIndexes indexes = KeyIndexes.open(directory, 0, "1: 1 long", files)) {
            for (int use = 1; use <= 3; use++) {
                find(indexes.index(IndexedFiles.dataFile("run", 30)), 8);
                assertThat(indexes.hits().filterHits()).isZero();
                assertThat(indexes.hits().filterMisses()).isEqualTo(use);
            }
        }
    }

    @Test
    void aMissingIndexIsBuiltOnceFromTheKeys() {
        IndexedFiles files = new IndexedFiles(directory);
        DataFile file = files.add("run", ROWS);
        for (int restart = 0; restart < 2; restart++) {
            try (KeyIndexes indexes = files.open()) {
                assertThat(find(indexes.index(file), 8)).containsExactly(4L);
                assertThat(indexes.index(file)).isSameAs(indexes.index(file));
            }
        }
        assertThat(files.reads).containsExactly("run");
    }

    @Test
    void anIndexOfAnotherFileAtTheSamePlaceIsBuiltAgain() {
        IndexedFiles files = new IndexedFiles(directory);
        try (KeyIndexes indexes = files.open()) {
            indexes.index(files.add("run", ROWS));
            DataFile shorter = files.add("run", Keys.even(29));
            assertThat(indexes.index(shorter).keys()).isEqualTo(29);
        }
        try (KeyIndexes indexes = files.open()) {
            assertThat(indexes.index(files.add("run", Keys.even(28))).keys()).isEqualTo(28);
        }
        assertThat(files.reads).hasSize(3);
    }

    @Test
    void anIndexOfOtherKeysIsBuiltAgain() {
        IndexedFiles files = new IndexedFiles(directory);
        DataFile file = files.add("run", ROWS);
        for (String keyFormat : List.of("1: 1 int", "1: 1 long", "1: 1 long")) {
            try (KeyIndexes indexes = KeyIndexes.open(directory, 1 << 20, keyFormat, files)) {
                indexes.index(file);
            }
        }
        assertThat(files.reads).hasSize(2);
    }

    @Test
    void aForgottenIndexLeavesNoFile() {
        IndexedFiles files = new IndexedFiles(directory);
        try (KeyIndexes indexes = files.open()) {
            KeyIndex index = files.write(indexes, "run", ROWS);
            KeyCursor cursor = index.cursor();

            indexes.forget("run");
            indexes.forget("never heard of");

            assertThat(directory).isEmptyDirectory();
            assertThatIllegalStateException().isThrownBy(index::cursor).withMessageContaining("run");
            List<Long> found = new ArrayList<>();
            cursor.find(Keys.of(8), found::add);
            assertThat(found).as("by a cursor that was open").containsExactly(4L);
        }
    }

    @Test
    void onlyRetainedIndexesStayOpenOrNot() {
        IndexedFiles files = new IndexedFiles(directory);
        try (KeyIndexes indexes = files.open()) {
            files.write(indexes, "a", ROWS);
            files.write(indexes, "b", ROWS);
        }
        try (KeyIndexes indexes = files.open()) {
            files.write(indexes, "c", ROWS);
            KeyIndex d = files.write(indexes, "d", ROWS);

            indexes.retain(Set.of("b", "d", "e"));

            assertThat(find(d, 8)).containsExactly(4L);
            assertThat(find(indexes.index(IndexedFiles.dataFile("b", 30)), 8)).containsExactly(4L);
            assertThat(files.reads).isEmpty();
            assertThat(directory.toFile().list()).hasSize(2);
        }
    }

    @Test
    void aClosedIndexCanBeOpenedAgain() {
        IndexedFiles files = new IndexedFiles(directory);
        try (KeyIndexes indexes = files.open()) {
            files.write(indexes, "run", ROWS).close();

            assertThat(find(indexes.index(IndexedFiles.dataFile("run", 30)), 8)).containsExactly(4L);
        }
        assertThat(files.reads).isEmpty();
    }

    @Test
    void anAbandonedWriterLeavesNoFile() throws IOException {
        IndexedFiles files = new IndexedFiles(directory);
        try (KeyIndexes indexes = files.open()) {
            try (KeyIndexWriter writer = indexes.writer("run")) {
                ROWS.forEach(writer::add);
            }
            assertThat(directory).isEmptyDirectory();
        }
        Files.createFile(directory.resolve("left-by-a-crash.tmp"));
        files.open().close();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aWriterTakesStrictlyAscendingKeysOnly() {
        try (KeyIndexes indexes = new IndexedFiles(directory).open();
                KeyIndexWriter writer = indexes.writer("run")) {
            writer.add(Keys.of(2));
            assertThatIllegalStateException().isThrownBy(() -> writer.add(Keys.of(2)));
            assertThatIllegalStateException().isThrownBy(() -> writer.add(Keys.of(1)));
            writer.add(Keys.of(3));
            assertThatIllegalStateException()
                    .isThrownBy(() -> writer.finish(IndexedFiles.dataFile("run", 3)))
                    .withMessageContainingAll("2 keys", "3 rows");
            assertThatIllegalStateException()
                    .isThrownBy(() -> writer.finish(IndexedFiles.dataFile("walk", 2)))
                    .withMessageContainingAll("run", "walk");
            assertThat(writer.finish(IndexedFiles.dataFile("run", 2)).keys()).isEqualTo(2);
        }
    }

    @Test
    void aCursorTakesStrictlyAscendingKeysOnly() {
        IndexedFiles files = new IndexedFiles(directory);
        try (KeyIndexes indexes = files.open()) {
            KeyCursor cursor = files.write(indexes, "run", ROWS).cursor();
            cursor.find(Keys.of(8), position -> {});
            assertThatIllegalStateException().isThrownBy(() -> cursor.find(Keys.of(8), position -> {}));
        }
    }

    @Test
    void aFileWithoutRowsHasNoKeys() {
        IndexedFiles files = new IndexedFiles(directory);
        try (KeyIndexes indexes = files.open()) {
            KeyIndex index = indexes.index(files.add("empty", List.of()));

            assertThat(index.keys()).isZero();
            assertThat(index.sorted()).isTrue();
            assertThat(find(index, 8)).isEmpty();
            assertThat(index.iterator().next()).isFalse();
            assertThat(index.overlaps(Keys.of(0), Keys.of(9))).isFalse();
            assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(index::firstKey);
            assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(index::lastKey);
        }
    }

    @Test
    void rangesOverlapIfTheyShareAKey() {
        IndexedFiles files = new IndexedFiles(directory);
        try (KeyIndexes indexes = files.open()) {
            KeyIndex index = files.write(indexes, "run", List.of(Keys.of(10), Keys.of(20)));

            assertThat(index.overlaps(Keys.of(0), Keys.of(9))).isFalse();
            assertThat(index.overlaps(Keys.of(0), Keys.of(10))).isTrue();
            assertThat(index.overlaps(Keys.of(12), Keys.of(13))).isTrue();
            assertThat(index.overlaps(Keys.of(0), Keys.of(99))).isTrue();
            assertThat(index.overlaps(Keys.of(20), Keys.of(99))).isTrue();
            assertThat(index.overlaps(Keys.of(21), Keys.of(99))).isFalse();
        }
    }

    @Test
    void ranksOutsideOfTheFileAreRefused() {
        IndexedFiles files = new IndexedFiles(directory);
        try (KeyIndexes indexes = files.open()) {
            KeyIndex index = files.write(indexes, "run", ROWS);
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> index.keyAt(30));
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> index.keyAt(-1));
            assertThatIllegalStateException().isThrownBy(() -> index.iterator().key());
        }
    }

    @Test
    void aDataFileWithOtherRowsThanTheTableSaysIsAnError() {
        IndexedFiles files = new IndexedFiles(directory);
        files.add("run", ROWS);
        try (KeyIndexes indexes = files.open()) {
            assertThatExceptionOfType(UncheckedIOException.class)
                    .isThrownBy(() -> indexes.index(IndexedFiles.dataFile("run", 31)))
                    .havingCause()
                    .withMessageContainingAll("run", "30 rows", "31");
            assertThat(indexes.index(IndexedFiles.dataFile("run", 30)).keys()).isEqualTo(30);
        }
    }

    @Test
    void theLargestKeysFitAndLargerOnesDoNot() {
        IndexedFiles files = new IndexedFiles(directory);
        byte[] largest = new byte[KeyEncoder.MAX_KEY_BYTES];
        List<Key> rows = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            largest[i] = 1;
            rows.add(Key.of(largest.clone()));
        }
        try (KeyIndexes indexes = files.open()) {
            KeyIndex index = files.write(indexes, "run", rows);
            assertThat(index.keyAt(7)).isEqualTo(rows.get(7));
            try (KeyIndexWriter writer = indexes.writer("larger")) {
                Key larger = Key.of(new byte[KeyEncoder.MAX_KEY_BYTES + 1]);
                assertThatExceptionOfType(IllegalArgumentException.class)
                        .isThrownBy(() -> writer.add(larger))
                        .withMessageContainingAll("32769", "32768");
            }
        }
    }

    @Test
    void manyThreadsShareOneBuiltIndex() throws Exception {
        IndexedFiles files = new IndexedFiles(directory);
        DataFile file = files.add("run", Keys.even(10_000));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (KeyIndexes indexes = files.open(IndexedFiles.SMALL, 1_000, 1 << 20)) {
            CountDownLatch start = new CountDownLatch(1);
            List<Future<Long>> found = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                found.add(threads.submit(() -> {
                    start.await();
                    KeyCursor cursor = indexes.index(file).cursor();
                    long[] sum = new long[1];
                    for (long key = 0; key < 20_000; key++) {
                        cursor.find(Keys.of(key), position -> sum[0] += position);
                    }
                    return sum[0];
                }));
            }
            start.countDown();
            for (Future<Long> sum : found) {
                assertThat(sum.get()).isEqualTo(10_000L * 9_999 / 2);
            }
        } finally {
            threads.shutdown();
        }
        assertThat(files.reads).hasSize(1);
    }

    private static List<Long> find(KeyIndex index, long key) {
        List<Long> found = new ArrayList<>();
        index.cursor().find(Keys.of(key), found::add);
        return found;
    }
}
