package dev.firn.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.key.Key;
import dev.firn.key.SortedKeys;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random files on a small disk with a quota: written, asked, closed, forgotten, lost, opened anew. Every answer is that
 * of the data file, and only indexes that are open may exceed the quota.
 */
class LocalQuotaModelTest {

    private static final int STEPS = 60;
    private static final AtomicLong EVICTIONS = new AtomicLong();
    private static final AtomicLong REFUSALS = new AtomicLong();
    private static final AtomicLong WRITTEN_WITHOUT_INDEX = new AtomicLong();

    @TempDir
    Path directory;

    private final Map<String, List<Key>> rows = new TreeMap<>();
    private final Map<String, DataFile> files = new HashMap<>();
    private final Set<String> open = new HashSet<>();
    private long capacity;

    @AfterAll
    static void everythingHappened() {
        assertThat(EVICTIONS.get()).isGreaterThan(100);
        assertThat(REFUSALS.get()).isGreaterThan(10);
        assertThat(WRITTEN_WITHOUT_INDEX.get()).isGreaterThan(10);
    }

    static LongStream seeds() {
        return LongStream.range(0, 60);
    }

    /** A disk that has no space left beyond so many bytes. */
    private record SmallDisk(Path directory, long capacity) implements LocalDisk {

        @Override
        public OutputStream create(Path path) throws IOException {
            return new FileOutputStream(path.toFile()) {
                @Override
                public void write(byte[] bytes, int from, int count) throws IOException {
                    if (bytesIn(directory) + count > capacity) {
                        throw new IOException("No space left on device");
                    }
                    super.write(bytes, from, count);
                }
            };
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void answersAreRightAndOnlyOpenIndexesExceedTheQuota(long seed) {
        Random random = new Random(seed);
        long quota = List.of(1L, 2_000L, 10_000L).get(random.nextInt(3));
        capacity = List.of(3_000L, 12_000L, Long.MAX_VALUE / 2).get(random.nextInt(3));
        IndexedFiles source = new IndexedFiles(directory);
        KeyIndexes indexes = open(source, quota, capacity);
        for (int step = 0; step < STEPS; step++) {
            int dice = random.nextInt(100);
            if (dice < 30 || rows.isEmpty()) {
                String location = "file-" + step;
                rows.put(location, List.copyOf(Keys.draw(random, random.nextInt(1, 200))));
                files.put(location, source.add(location, rows.get(location)));
                if (random.nextBoolean()) {
                    write(indexes, location);
                    WRITTEN_WITHOUT_INDEX.addAndGet(localBytes(location) == 0 ? 1 : 0);
                }
            } else if (dice < 65) {
                ask(indexes, any(random), random);
            } else if (dice < 85) {
                String location = any(random);
                indexes.close(List.of(location));
                open.remove(location);
            } else if (dice < 92) {
                String location = any(random);
                indexes.forget(location);
                rows.remove(location);
                open.remove(location);
            } else if (dice < 96) {
                loseAFile(random);
            } else {
                EVICTIONS.addAndGet(indexes.statistics().evictions());
                indexes.close();
                indexes = open(source, quota, capacity);
                open.clear();
                indexes.retain(rows.keySet());
                indexes.makeRoom();
            }
            checkQuota(quota);
        }
        EVICTIONS.addAndGet(indexes.statistics().evictions());
        indexes.close();
    }

    private KeyIndexes open(IndexedFiles source, long quota, long capacity) {
        IndexStore store = new IndexStore(directory, "format", IndexedFiles.SMALL, new SmallDisk(directory, capacity));
        return new KeyIndexes(store, new FilterCache(1_000), new LocalSpace(store::usage, quota), source, 2_000);
    }

    private String any(Random random) {
        List<String> all = List.copyOf(rows.keySet());
        return all.get(random.nextInt(all.size()));
    }

    /** Never fails, however full the disk is. */
    private void write(KeyIndexes indexes, String location) {
        try (KeyIndexWriter writer = indexes.writer(location)) {
            rowsOf(location).forEach(writer::add);
            writer.finish(file(location));
        }
        open.add(location);
    }

    private void ask(KeyIndexes indexes, String location, Random random) {
        List<Key> keys = rowsOf(location);
        KeyIndex index;
        try {
            index = indexes.index(file(location));
        } catch (UncheckedIOException e) {
            assertThat(capacity).isLessThan(Long.MAX_VALUE / 2);
            assertThat(e).hasStackTraceContaining("sink.local-directories").hasStackTraceContaining("No space left");
            REFUSALS.incrementAndGet();
            return;
        }
        open.add(location);
        List<Key> probes = new ArrayList<>(Keys.draw(random, 5));
        keys.stream().filter(key -> random.nextInt(4) == 0).forEach(probes::add);
        List<Key> sorted = probes.stream().sorted().distinct().toList();
        List<Long> found = new ArrayList<>();
        index.find(SortedKeys.of(sorted), found::add);
        assertThat(found)
                .isEqualTo(sorted.stream()
                        .filter(keys::contains)
                        .map(key -> (long) keys.indexOf(key))
                        .toList());
    }

    private List<Key> rowsOf(String location) {
        return Objects.requireNonNull(rows.get(location));
    }

    private DataFile file(String location) {
        return Objects.requireNonNull(files.get(location));
    }

    private long localBytes(String location) {
        return directory.resolve(IndexStore.name(location)).toFile().length();
    }

    private void loseAFile(Random random) {
        File[] all = directory.toFile().listFiles(File::isFile);
        if (all != null && all.length > 0) {
            assertThat(all[random.nextInt(all.length)].delete()).isTrue();
        }
    }

    private void checkQuota(long quota) {
        long bytes = bytesIn(directory);
        long ofOpen = open.stream().mapToLong(this::localBytes).sum();
        assertThat(bytes)
                .as("bytes on disk, of which %s are open", ofOpen)
                .isLessThanOrEqualTo(Math.max(quota, ofOpen));
    }

    private static long bytesIn(Path directory) {
        File[] all = directory.toFile().listFiles(File::isFile);
        return all == null ? 0 : Arrays.stream(all).mapToLong(File::length).sum();
    }
}
