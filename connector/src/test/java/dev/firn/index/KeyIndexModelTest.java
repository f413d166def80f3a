package dev.firn.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.key.Key;
import dev.firn.key.SortedKeys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Indexes of random files, asked for random keys, against a sorted map. */
class KeyIndexModelTest {

    @TempDir
    Path directory;

    static LongStream seeds() {
        return LongStream.range(0, 100);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aRunFilesIndexAnswersAsASortedMap(long seed) {
        Random random = new Random(seed);
        IndexedFiles files = new IndexedFiles(directory);
        try (KeyIndexes indexes = files.open(shape(random), random.nextInt(3) * 2_000L, 1 << 20)) {
            List<Key> rows = List.copyOf(Keys.draw(random, random.nextInt(1, 300)));

            KeyIndex index = files.write(indexes, "run", rows);

            assertSameAsModel(index, rows, random);
            assertThat(files.reads).isEmpty();
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aForeignFilesIndexAnswersAsASortedMap(long seed) {
        Random random = new Random(seed);
        IndexedFiles files = new IndexedFiles(directory);
        List<Key> rows = new ArrayList<>(Keys.draw(random, random.nextInt(1, 300)));
        int duplicates = random.nextInt(3) * random.nextInt(40);
        for (int i = 0; i < duplicates; i++) {
            rows.add(rows.get(random.nextInt(rows.size())));
        }
        if (random.nextBoolean()) {
            Collections.shuffle(rows, random);
        } else {
            // ascending for long, and then not
            Collections.sort(rows.subList(0, random.nextInt(rows.size())));
        }
        DataFile file = files.add("foreign", rows);
        try (KeyIndexes indexes = files.open(shape(random), 1 << 20, random.nextInt(1, 10_000))) {
            assertSameAsModel(indexes.index(file), rows, random);
        }
        assertThat(directory.toFile().list()).as("files left").hasSize(1);
    }

    private static IndexShape shape(Random random) {
        return random.nextInt(4) == 0
                ? IndexShape.DEFAULT
                : new IndexShape(random.nextInt(1, 1 << random.nextInt(1, 7)), random.nextInt(1, 9));
    }

    private static void assertSameAsModel(KeyIndex index, List<Key> rows, Random random) {
        TreeMap<Key, List<Long>> model = new TreeMap<>();
        for (int i = 0; i < rows.size(); i++) {
            model.computeIfAbsent(rows.get(i), key -> new ArrayList<>()).add((long) i);
        }
        assertThat(index.keys()).isEqualTo(model.size());
        assertThat(index.sorted()).isEqualTo(rows.equals(List.copyOf(model.keySet())));
        assertThat(index.firstKey()).isEqualTo(model.firstKey());
        assertThat(index.lastKey()).isEqualTo(model.lastKey());
        assertSameKeys(index, model, random);
        for (int batch = 0; batch < 5; batch++) {
            TreeMap<Key, List<Long>> found = new TreeMap<>();
            TreeMap<Key, List<Long>> expected = new TreeMap<>();
            KeyCursor cursor = index.cursor();
            for (Key probe : probes(model, random)) {
                List<Long> positions = new ArrayList<>();
                cursor.find(probe, positions::add);
                found.put(probe, positions);
                expected.put(probe, model.getOrDefault(probe, List.of()));
                assertThat(index.keysBelow(probe))
                        .isEqualTo(model.headMap(probe).size());
            }
            assertThat(found).isEqualTo(expected);
            List<Long> together = new ArrayList<>();
            index.find(SortedKeys.of(List.copyOf(expected.keySet())), together::add);
            assertThat(together)
                    .isEqualTo(expected.values().stream().flatMap(List::stream).toList());
        }
    }

    private static void assertSameKeys(KeyIndex index, NavigableMap<Key, List<Long>> model, Random random) {
        KeyIterator iterator = index.iterator();
        long rank = 0;
        for (Map.Entry<Key, List<Long>> entry : model.entrySet()) {
            assertThat(iterator.next()).isTrue();
            assertThat(iterator.key()).isEqualTo(entry.getKey());
            assertThat(iterator.rank()).isEqualTo(rank++);
            List<Long> positions = new ArrayList<>();
            iterator.positions(positions::add);
            assertThat(positions).isEqualTo(entry.getValue());
        }
        assertThat(iterator.next()).isFalse();
        List<Key> keys = List.copyOf(model.keySet());
        for (int i = 0; i < 20; i++) {
            int at = random.nextInt(keys.size());
            assertThat(iterator.keyAt(at)).isEqualTo(keys.get(at));
            assertThat(index.keyAt(at)).isEqualTo(keys.get(at));
        }
    }

    /** Present keys, their close neighbours, and others; few or many. */
    private static NavigableSet<Key> probes(NavigableMap<Key, ?> model, Random random) {
        TreeSet<Key> probes = new TreeSet<>();
        int oneIn = 1 << random.nextInt(8);
        for (Key key : model.keySet()) {
            if (random.nextInt(oneIn) == 0) {
                probes.add(key);
            }
            if (random.nextInt(oneIn) == 0) {
                byte[] longer = Arrays.copyOf(key.bytes(), key.bytes().length + 1);
                probes.add(Key.of(longer));
            }
            if (random.nextInt(oneIn) == 0 && key.bytes().length > 0) {
                probes.add(Key.of(Arrays.copyOf(key.bytes(), key.bytes().length - 1)));
            }
        }
        probes.addAll(Keys.draw(random, 5));
        if (random.nextBoolean()) {
            probes.add(Key.of(new byte[0]));
            probes.add(Key.of(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1}));
        }
        return probes;
    }
}
