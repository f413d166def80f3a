package dev.firn.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.key.Key;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Version 2 of the format, byte by byte. A change that turns this red needs another version in the magic, so that files
 * of this one are built again.
 */
class KeyIndexFormatTest {

    /** Two keys a block, two blocks a segment. */
    private static final IndexShape SHAPE = new IndexShape(2, 2);

    private static final List<Key> ASCENDING = Stream.of("a", "ab", "abc", "b", "ba", "c", "ca", "cab", "d", "da")
            .map(text -> Key.of(text.getBytes(StandardCharsets.UTF_8)))
            .toList();

    @TempDir
    Path directory;

    @Test
    void aRunFilesIndexStaysAsItIs() throws IOException {
        IndexedFiles files = new IndexedFiles(directory);
        try (KeyIndexes indexes = files.open(SHAPE, 1 << 20, 1 << 20)) {
            files.write(indexes, "s3://bucket/run.parquet", ASCENDING);
        }
        assertGolden("run-v2.hex");
        assertAnswers(files, "s3://bucket/run.parquet", ASCENDING);
    }

    @Test
    void theTwoFormsOfBlocksStayAsTheyAre() throws IOException {
        List<Key> rows = Stream.iterate(0, i -> i + 1)
                .limit(60)
                .map(i -> i < 40 ? "chain/" + "x".repeat(i) : "pack/%03d".formatted(3 * i))
                .sorted()
                .map(text -> Key.of(text.getBytes(StandardCharsets.UTF_8)))
                .toList();
        IndexedFiles files = new IndexedFiles(directory);
        try (KeyIndexes indexes = files.open(new IndexShape(20, 2), 1 << 20, 1 << 20)) {
            files.write(indexes, "s3://bucket/blocks.parquet", rows);
        }
        assertGolden("blocks-v2.hex");
        assertAnswers(files, "s3://bucket/blocks.parquet", rows);
    }

    @Test
    void anUnsortedFilesIndexStaysAsItIs() throws IOException {
        List<Key> rows = new ArrayList<>(ASCENDING.subList(4, 8));
        rows.addAll(ASCENDING.subList(0, 5));
        rows.add(ASCENDING.get(4));
        IndexedFiles files = new IndexedFiles(directory);
        DataFile file = files.add("s3://bucket/foreign.parquet", rows);
        try (KeyIndexes indexes = files.open(SHAPE, 1 << 20, 1 << 20)) {
            indexes.index(file);
        }
        assertGolden("foreign-v2.hex");
        assertAnswers(files, "s3://bucket/foreign.parquet", rows);
    }

    @Test
    void anIndexOfVersion1IsBuiltAgain() throws IOException {
        IndexedFiles files = new IndexedFiles(directory);
        DataFile file = files.add("s3://bucket/run.parquet", ASCENDING);
        try (KeyIndexes indexes = files.open(SHAPE, 1 << 20, 1 << 20)) {
            indexes.index(file);
        }
        Files.write(local(), HexFormat.of().parseHex(golden("run-v1.hex").replace("\n", "")));
        try (KeyIndexes indexes = files.open(SHAPE, 1 << 20, 1 << 20)) {
            indexes.index(file);
            assertThat(indexes.statistics().rebuilds()).isOne();
        }
        assertGolden("run-v2.hex");
        assertAnswers(files, "s3://bucket/run.parquet", ASCENDING);
    }

    private void assertGolden(String name) throws IOException {
        String actual = HexFormat.of().formatHex(Files.readAllBytes(local())).replaceAll("(.{64})", "$1\n") + "\n";
        assertThat(actual).isEqualTo(golden(name));
    }

    /** The one file of the local disk. */
    private Path local() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList().get(0);
        }
    }

    private String golden(String name) throws IOException {
        try (InputStream golden = Objects.requireNonNull(getClass().getResourceAsStream(name), name)) {
            return new String(golden.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static void assertAnswers(IndexedFiles files, String location, List<Key> rows) {
        int reads = files.reads.size();
        try (KeyIndexes indexes = files.open(SHAPE, 1 << 20, 1 << 20)) {
            KeyCursor cursor =
                    indexes.index(IndexedFiles.dataFile(location, rows.size())).cursor();
            for (Key key : new TreeSet<>(rows)) {
                List<Long> found = new ArrayList<>();
                cursor.find(key, found::add);
                List<Long> expected = Stream.iterate(0L, i -> i + 1)
                        .limit(rows.size())
                        .filter(i -> rows.get(i.intValue()).equals(key))
                        .toList();
                assertThat(found).isEqualTo(expected);
            }
        }
        assertThat(files.reads).hasSize(reads);
    }
}
