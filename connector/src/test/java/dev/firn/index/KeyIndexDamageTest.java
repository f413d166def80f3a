package dev.firn.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.firn.key.Key;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A local file that is not what was written is built again, and never answers. */
class KeyIndexDamageTest {

    private static final List<Key> SORTED = Keys.even(30);
    private static final List<Key> UNSORTED =
            List.of(Keys.of(8), Keys.of(2), Keys.of(6), Keys.of(2), Keys.of(12), Keys.of(10), Keys.of(4), Keys.of(60));

    @TempDir
    Path directory;

    static Stream<List<Key>> rows() {
        return Stream.of(SORTED, UNSORTED);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void everyChangedByteIsNoticedAndRepaired(List<Key> rows) throws IOException {
        IndexedFiles files = new IndexedFiles(directory);
        DataFile file = indexed(files, rows);
        byte[] intact = Files.readAllBytes(localFile());
        for (int i = 0; i < intact.length; i++) {
            byte[] damaged = intact.clone();
            damaged[i] ^= (byte) (1 << i % Byte.SIZE);
            assertRepaired(files, file, rows, damaged, "byte " + i);
            assertThat(Files.readAllBytes(localFile())).as("after byte %s", i).isEqualTo(intact);
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void everyTruncationAndExtensionIsNoticedAndRepaired(List<Key> rows) throws IOException {
        IndexedFiles files = new IndexedFiles(directory);
        DataFile file = indexed(files, rows);
        byte[] intact = Files.readAllBytes(localFile());
        for (int length = 0; length < intact.length + 20; length++) {
            if (length != intact.length) {
                assertRepaired(files, file, rows, Arrays.copyOf(intact, length), length + " bytes");
            }
        }
    }

    @Test
    void damageUnderAnOpenCursorIsRepaired() throws IOException {
        IndexedFiles files = new IndexedFiles(directory);
        DataFile file = indexed(files, SORTED);
        try (KeyIndexes indexes = files.open()) {
            KeyCursor cursor = indexes.index(file).cursor();
            KeyIterator iterator = indexes.index(file).iterator();
            List<Long> found = new ArrayList<>();
            for (int i = 0; i < SORTED.size(); i++) {
                if (i == 5) {
                    overwriteKeys();
                }
                cursor.find(SORTED.get(i), found::add);
                assertThat(iterator.next()).isTrue();
                assertThat(iterator.key()).isEqualTo(SORTED.get(i));
            }
            assertThat(found).containsExactlyElementsOf(positions(SORTED.size()));
            assertThat(indexes.statistics().rebuilds()).isEqualTo(1);
        }
    }

    @Test
    void damageThatCannotBeRepairedIsAnError() throws IOException {
        IndexedFiles files = new IndexedFiles(directory);
        DataFile file = indexed(files, SORTED);
        try (KeyIndexes indexes = files.open()) {
            KeyCursor cursor = indexes.index(file).cursor();
            overwriteKeys();
            files.add(file.location(), SORTED.subList(1, SORTED.size()));

            assertThatExceptionOfType(UncheckedIOException.class)
                    .isThrownBy(() -> cursor.find(SORTED.get(7), position -> {}))
                    .havingCause()
                    .withMessageContainingAll(file.location(), "29 rows", "30");
            assertThat(directory.toFile().list()).as("files left").hasSize(1);
        }
    }

    private static DataFile indexed(IndexedFiles files, List<Key> rows) {
        DataFile file = files.add("file", rows);
        try (KeyIndexes indexes = files.open()) {
            indexes.index(file);
        }
        return file;
    }

    private void assertRepaired(IndexedFiles files, DataFile file, List<Key> rows, byte[] damaged, String what)
            throws IOException {
        Files.write(localFile(), damaged);
        try (KeyIndexes indexes = files.open()) {
            TreeMap<Key, List<Long>> model = new TreeMap<>();
            for (int i = 0; i < rows.size(); i++) {
                model.computeIfAbsent(rows.get(i), key -> new ArrayList<>()).add((long) i);
            }
            KeyCursor cursor = indexes.index(file).cursor();
            for (long i = 0; i < 62; i++) {
                List<Long> found = new ArrayList<>();
                cursor.find(Keys.of(i), found::add);
                assertThat(found).as(what).isEqualTo(model.getOrDefault(Keys.of(i), List.of()));
            }
            assertThat(indexes.statistics().rebuilds()).as(what).isEqualTo(1);
        }
    }

    /** Leaves the ends of the file alone, and so what was read when it was opened. */
    private void overwriteKeys() throws IOException {
        try (RandomAccessFile writer = new RandomAccessFile(localFile().toFile(), "rw")) {
            writer.seek(20);
            writer.write(new byte[200]);
        }
    }

    private Path localFile() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList().get(0);
        }
    }

    private static List<Long> positions(int count) {
        return Stream.iterate(0L, i -> i + 1).limit(count).toList();
    }
}
