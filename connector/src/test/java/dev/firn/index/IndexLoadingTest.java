package dev.firn.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.key.Key;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Indexes that are loaded ahead of their use. Who waits for ever fails by the timeout. */
@Timeout(60)
class IndexLoadingTest {

    private static final int KEYS = 40;

    @TempDir
    Path directory;

    private final Queue<Runnable> queue = new ArrayDeque<>();

    /** What became of a local file. */
    private enum Fate {
        INTACT,
        LOST,
        /** It is that of an older data file at the same location. */
        STALE,
        TRUNCATED,
        /** The footer is fine, so that only whoever reads the keys notices. */
        CORRUPT
    }

    @Test
    void localFilesMayBeLostStaleTruncatedAndCorruptInAnyCombination() throws Exception {
        IndexThreads threads = IndexThreads.start("combinations", 2);
        for (Fate first : Fate.values()) {
            for (Fate second : Fate.values()) {
                for (Fate third : Fate.values()) {
                    assertAnswersAfter(threads, List.of(first, second, third));
                }
            }
        }
        threads.close();
    }

    private void assertAnswersAfter(IndexThreads threads, List<Fate> fates) throws Exception {
        Path folder = Files.createDirectories(directory.resolve(fates.toString()));
        IndexedFiles files = new IndexedFiles(folder);
        List<DataFile> dataFiles = new ArrayList<>();
        for (int i = 0; i < fates.size(); i++) {
            dataFiles.add(files.add("file-" + i, keys(i)));
            meet(fates.get(i), files, dataFiles.get(i), keys(i), folder);
        }
        files.reads.clear();
        KeyIndexes indexes = files.open().loadingOn(threads);
        IndexLoading loading = indexes.load(dataFiles);
        loading.await();

        assertThat(loading.isComplete()).as("%s", fates).isTrue();
        assertThat(files.reads).as("%s", fates).hasSize((int)
                fates.stream().filter(this::isNoticedWhenOpened).count());
        for (int i = 0; i < fates.size(); i++) {
            assertThat(positions(indexes.index(dataFiles.get(i)), keys(i)))
                    .as("file %s of %s", i, fates)
                    .isEqualTo(IntStream.range(0, KEYS).mapToObj(p -> (long) p).toList());
        }
        assertThat(indexes.statistics().rebuilds())
                .as("%s", fates)
                .isEqualTo(fates.stream().filter(fate -> fate != Fate.INTACT).count());
        assertThat(indexes.statistics().rebuilt().keys())
                .isEqualTo(KEYS * indexes.statistics().rebuilds());
    }

    private boolean isNoticedWhenOpened(Fate fate) {
        return fate != Fate.INTACT && fate != Fate.CORRUPT;
    }

    private static void meet(Fate fate, IndexedFiles files, DataFile file, List<Key> rows, Path folder)
            throws IOException {
        Path local;
        try (KeyIndexes indexes = files.open()) {
            List<Path> before = localFiles(folder);
            indexes.index(fate == Fate.STALE ? files.add(file.location(), Keys.even(7)) : file);
            files.add(file.location(), rows);
            local = localFiles(folder).stream()
                    .filter(path -> !before.contains(path))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(local);
        switch (fate) {
            case INTACT, STALE -> {}
            case LOST -> Files.delete(local);
            case TRUNCATED -> Files.write(local, Arrays.copyOf(bytes, bytes.length / 2));
            case CORRUPT -> {
                bytes[20]++;
                Files.write(local, bytes);
            }
        }
    }

    private static List<Path> localFiles(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static List<Key> keys(int file) {
        return IntStream.range(0, KEYS)
                .mapToObj(i -> Keys.of(1_000 * file + 3 * i))
                .toList();
    }

    private static List<Long> positions(KeyIndex index, List<Key> keys) {
        List<Long> positions = new ArrayList<>();
        KeyCursor cursor = index.cursor();
        keys.forEach(key -> cursor.find(key, positions::add));
        return positions;
    }

    @Test
    void whoeverWaitsLoadsWhatNobodyHasBegun() throws Exception {
        IndexedFiles files = new IndexedFiles(directory);
        KeyIndexes indexes = queued(files);
        IndexLoading loading = indexes.load(List.of(files.add("a", keys(0)), files.add("b", keys(1))));
        assertThat(loading.isDone()).isFalse();
        assertThat(indexes.threads().unfinished()).isEqualTo(2);
        assertThat(indexes.threads().unfinishedKeys()).isEqualTo(2 * KEYS);
        queue.remove().run();
        assertThat(indexes.threads().unfinished()).isEqualTo(1);
        loading.await();

        assertThat(loading.isComplete()).isTrue();
        assertThat(files.reads).containsExactlyInAnyOrder("a", "b");
        queue.remove().run();
        assertThat(files.reads).hasSize(2);
        assertThat(indexes.threads().unfinishedKeys()).isZero();
        assertThat(indexes.threads().ended()).isEqualTo(2);
    }

    @Test
    void theLargestFileComesFirstAndOpenIndexesAreNotLoadedAgain() {
        IndexedFiles files = new IndexedFiles(directory);
        KeyIndexes indexes = queued(files);
        DataFile open = files.add("open", keys(0));
        indexes.index(open);
        files.reads.clear();
        indexes.load(List.of(
                files.add("small", Keys.even(3)),
                open,
                files.add("large", Keys.even(9)),
                files.add("medium", Keys.even(5))));
        assertThat(queue).hasSize(3);
        queue.forEach(Runnable::run);

        assertThat(files.reads).containsExactly("large", "medium", "small");
    }

    @Test
    void otherFilesGoOnWithWhatIsUnderWay() throws Exception {
        IndexedFiles files = new IndexedFiles(directory);
        KeyIndexes indexes = queued(files);
        DataFile gone = files.add("gone", keys(0));
        DataFile kept = files.add("kept", keys(1));
        IndexLoading before = indexes.load(List.of(gone, kept));
        IndexLoading now = before.anew(List.of(kept, files.add("new", keys(2))));
        queue.forEach(Runnable::run);

        assertThat(now.isComplete()).isTrue();
        assertThat(files.reads).containsExactlyInAnyOrder("kept", "new");
        assertThat(indexes.threads().unfinished()).isZero();
    }

    @Test
    void aFileThatIsGoneIsToldAsSuchAndTriedAgainAnew() throws Exception {
        IndexedFiles files = new IndexedFiles(directory);
        Map<String, Boolean> isThere = new ConcurrentHashMap<>();
        IndexStore store = new IndexStore(directory, "format", IndexedFiles.SMALL);
        KeyIndexes indexes = new KeyIndexes(
                        store,
                        new FilterCache(1 << 20),
                        new LocalSpace(store::usage, Long.MAX_VALUE),
                        file -> {
                            if (!isThere.containsKey(file.location())) {
                                throw new NotFoundException("File does not exist: %s", file.location());
                            }
                            return files.keys(file);
                        },
                        1 << 20)
                .loadingOn(IndexThreads.on(queue::add));
        DataFile file = files.add("file", keys(0));
        IndexLoading loading = indexes.load(List.of(file));
        queue.remove().run();
        assertThat(loading.hasFailed()).isTrue();
        assertThat(loading.isComplete()).isFalse();
        assertThatThrownBy(loading::await).isInstanceOf(NotFoundException.class).hasMessageContaining("file");
        isThere.put("file", true);
        IndexLoading again = loading.anew(List.of(file));
        again.await();

        assertThat(again.isComplete()).isTrue();
    }

    @Test
    void anotherErrorNamesProblemCauseAndRemedy() {
        IndexedFiles files = new IndexedFiles(directory);
        KeyIndexes indexes = queued(files);
        DataFile file = files.add("file", keys(0));
        files.add("file", keys(0).subList(1, KEYS));
        IndexLoading loading = indexes.load(List.of(file));

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(loading::await)
                .withMessageContainingAll("data file file", "could not be built", "start the job again")
                .withCauseInstanceOf(UncheckedIOException.class);
    }

    @Test
    void closingEndsWhatIsBeingBuiltAndLeavesNeitherThreadNorFile() throws Exception {
        CountDownLatch reading = new CountDownLatch(2);
        KeyIndexes indexes = endless(reading).loadingOn(IndexThreads.start("closing", 2));
        IndexLoading loading = indexes.load(List.of(
                IndexedFiles.dataFile("a", 1L << 40),
                IndexedFiles.dataFile("b", 1L << 40),
                IndexedFiles.dataFile("c", 1L << 40)));
        reading.await();
        assertThat(indexes.threads().running()).isEqualTo(2);
        assertThat(directory).isNotEmptyDirectory();
        List<Thread> threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("closing-"))
                .toList();
        loading.cancel();
        indexes.close();

        assertThat(threads).hasSize(2);
        for (Thread thread : threads) {
            // The pool has ended a moment before its threads.
            thread.join();
        }
        assertThat(directory).isEmptyDirectory();
        assertThat(indexes.threads().unfinished()).isZero();
    }

    @Test
    void whoeverIsInterruptedWhileHeHelpsStops() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        KeyIndexes indexes = endless(reading).loadingOn(IndexThreads.on(queue::add));
        IndexLoading loading = indexes.load(List.of(IndexedFiles.dataFile("a", 1L << 40)));
        List<Throwable> thrown = new ArrayList<>();
        Thread helping = new Thread(() -> assertThatThrownBy(loading::await).satisfies(thrown::add));
        helping.start();
        reading.await();
        helping.interrupt();
        helping.join();

        assertThat(thrown).singleElement().isInstanceOf(InterruptedException.class);
        assertThat(directory).isEmptyDirectory();
    }

    /**
     * Indexes of data files without an end.
     *
     * @param reading is counted down by whoever has opened the local file of an index and asks for the first key
     */
    private KeyIndexes endless(CountDownLatch reading) {
        IndexStore store = new IndexStore(directory, "format", IndexedFiles.SMALL);
        return new KeyIndexes(
                store,
                new FilterCache(1 << 20),
                new LocalSpace(store::usage, Long.MAX_VALUE),
                file -> CloseableIterable.withNoopClose(() -> naturals(reading)),
                1 << 20);
    }

    private static Iterator<Key> naturals(CountDownLatch reading) {
        return Stream.iterate(0L, i -> i + 1)
                .map(i -> {
                    if (i == 0) {
                        reading.countDown();
                    }
                    return Keys.of(i);
                })
                .iterator();
    }

    private KeyIndexes queued(IndexedFiles files) {
        return files.open().loadingOn(IndexThreads.on(queue::add));
    }
}
