package dev.firn.index;

import dev.firn.key.Key;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key indexes of one table, cached in a local directory. Every file there can be built again from its data file,
 * and is if it is missing, damaged or describes another file: losing the directory costs time and nothing else.
 *
 * <p>Filters are held in memory within a budget; fences and keys are left to the operating system's page cache.
 *
 * <p>Any thread. Indexes of different data files are opened and built in parallel. Errors of input and output are
 * {@link UncheckedIOException}s.
 */
public final class KeyIndexes implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(KeyIndexes.class);

    /** How many bytes of keys are sorted in memory at a time when an unsorted data file is indexed. */
    private static final long SORT_BYTES = 64L << 20;

    private final IndexStore store;
    private final FilterCache filters;
    private final LocalSpace space;
    private final KeySource source;
    private final SortMemory sortMemory;
    private final ConcurrentMap<String, KeyIndex> indexes = new ConcurrentHashMap<>();
    private IndexThreads threads = IndexThreads.on(Runnable::run);
    private @Nullable OwnedDirectory directory;

    KeyIndexes(IndexStore store, FilterCache filters, LocalSpace space, KeySource source, long sortBytes) {
        this.store = store;
        this.filters = filters;
        this.space = space;
        this.source = source;
        this.sortMemory = new SortMemory(sortBytes);
    }

    /**
     * Opens the indexes in a directory, with those that an earlier owner left there.
     *
     * @param directory of this object alone while it is open; created if it is missing
     * @param filterMemoryBytes the budget for filters in memory
     * @param keyFormat {@link dev.firn.key.KeyEncoder#format}: an index with keys of another format is built again
     */
    public static KeyIndexes open(Path directory, long filterMemoryBytes, String keyFormat, KeySource source) {
        return open(directory, new IndexLimits(filterMemoryBytes, Long.MAX_VALUE), keyFormat, source);
    }

    /** As {@link #open(Path, long, String, KeySource)}, with a quota of the local disk. */
    public static KeyIndexes open(Path directory, IndexLimits limits, String keyFormat, KeySource source) {
        IndexStore store = new IndexStore(directory, keyFormat, IndexShape.DEFAULT);
        return new KeyIndexes(
                store,
                new FilterCache(limits.filterMemoryBytes()),
                new LocalSpace(store::usage, limits.quotaBytes()),
                source,
                SORT_BYTES);
    }

    /** Has {@link #load} done on these threads, which are closed with the indexes. By default it is done at once. */
    public KeyIndexes loadingOn(IndexThreads loading) {
        threads = loading;
        return this;
    }

    public IndexThreads threads() {
        return threads;
    }

    /** Opens the indexes in a directory that is given back when they are closed. */
    public static KeyIndexes open(OwnedDirectory directory, IndexLimits limits, String keyFormat, KeySource source) {
        KeyIndexes opened = open(directory.path(), limits, keyFormat, source);
        opened.directory = directory;
        return opened;
    }

    /** The local disk, for whoever is about to write many indexes. */
    public LocalSpace space() {
        return space;
    }

    /**
     * Deletes local files that nobody uses, the least useful first, until the others keep to the quota: first those
     * that an earlier owner left and nobody asked for, then those whose indexes were closed longest ago.
     *
     * @return how many bytes there are beyond the quota even so, all of indexes in use
     */
    public long makeRoom() {
        return store.evictTo(space.quotaBytes());
    }

    /** A writer for the index of a run file that is about to be written to this location. */
    public KeyIndexWriter writer(String dataFileLocation) {
        return new KeyIndexWriter(this, dataFileLocation, store);
    }

    /** The index of a data file. If there is no usable local one, the file's keys are read to build it. */
    public KeyIndex index(DataFile file) {
        FileIdentity identity = FileIdentity.of(file);
        KeyIndex index = indexes.compute(file.location(), (location, known) -> {
            if (known != null && known.describes(identity)) {
                return known;
            }
            if (known != null) {
                known.letGo();
            }
            return new KeyIndex(this, file.copyWithoutStats());
        });
        // outside of the map: building takes long
        index.file();
        return index;
    }

    /** Has indexes loaded ahead of the first use of them, all of them side by side. */
    public IndexLoading load(Collection<DataFile> files) {
        return IndexLoading.begin(this, threads, files);
    }

    /** Whether nobody has to wait for the index of a data file. */
    boolean isLoaded(DataFile file) {
        KeyIndex known = indexes.get(file.location());
        return known != null && known.describes(FileIdentity.of(file)) && known.isLoaded();
    }

    /** The key of every row of a data file, in the order of the rows, read from the data file itself. */
    public CloseableIterable<Key> readKeys(DataFile file) {
        return source.keys(file);
    }

    /**
     * A path for a temporary local file, which does not exist yet. Whoever creates it deletes it; if that is missed, it
     * is done when the directory is opened again.
     */
    public Path scratchFile() {
        return store.temporary();
    }

    /** Closes and removes the index of a data file that is gone, if there is one. */
    public void forget(String dataFileLocation) {
        KeyIndex index = indexes.remove(dataFileLocation);
        if (index != null) {
            index.letGo();
        }
        store.deleteIndex(dataFileLocation);
    }

    /** Forgets every index, open or left by an earlier owner, but those of these data files. */
    public void retain(Collection<String> dataFileLocations) {
        for (String location : List.copyOf(indexes.keySet())) {
            if (!dataFileLocations.contains(location)) {
                forget(location);
            }
        }
        store.deleteAllBut(dataFileLocations.stream());
    }

    /** Closes the indexes of these data files; their local files stay for the next one who asks. */
    public void close(Collection<String> dataFileLocations) {
        for (String location : dataFileLocations) {
            KeyIndex index = indexes.remove(location);
            if (index != null) {
                index.letGo();
            }
        }
        makeRoom();
    }

    /** Heap of the filters that are held. */
    public long filterBytes() {
        return filters.bytes();
    }

    public IndexStatistics statistics() {
        return counters().statistics();
    }

    public LocalHits hits() {
        return counters().hits();
    }

    /** Closes every index; their files stay. */
    @Override
    public void close() {
        threads.close();
        List.copyOf(indexes.values()).forEach(KeyIndex::close);
        try {
            if (directory != null) {
                directory.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void release(KeyIndex index) {
        indexes.remove(index.location(), index);
        index.letGo();
        makeRoom();
    }

    KeyIndex adopt(DataFile file, KeyIndexFile written) {
        KeyIndex index = new KeyIndex(this, file.copyWithoutStats());
        index.adopt(written);
        replace(file, index);
        makeRoom();
        return index;
    }

    /** An index that will be built when it is asked for. */
    KeyIndex adoptUnwritten(DataFile file) {
        KeyIndex index = new KeyIndex(this, file.copyWithoutStats());
        replace(file, index);
        return index;
    }

    private void replace(DataFile file, KeyIndex index) {
        KeyIndex replaced = indexes.put(file.location(), index);
        if (replaced != null) {
            replaced.letGo();
        }
    }

    /** The disk did not take a file: whatever nobody uses makes room for the next one. */
    void diskIsFull(LocalDisk.LocalDiskException problem) {
        long before = statistics().evictions();
        store.evictTo(0);
        LOG.warn(
                "{} Idle indexes deleted={}", problem.getMessage(), statistics().evictions() - before);
    }

    KeyIndexFile load(DataFile file) {
        try {
            var local = store.open(FileIdentity.of(file));
            if (local.isPresent()) {
                counters().opened.increment();
                return local.get();
            }
            return rebuild(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    KeyIndexFile rebuild(DataFile file) {
        long start = System.nanoTime();
        counters().rebuilds.increment();
        try {
            KeyIndexFile built = build(file);
            counters().rebuilt(file.recordCount(), System.nanoTime() - start);
            makeRoom();
            return built;
        } catch (IOException e) {
            throw new UncheckedIOException("Could not index the keys of data file " + file.location(), e);
        }
    }

    private KeyIndexFile build(DataFile file) throws IOException {
        try {
            return tryBuild(file);
        } catch (LocalDisk.LocalDiskException e) {
            diskIsFull(e);
            return tryBuild(file);
        }
    }

    private KeyIndexFile tryBuild(DataFile file) throws IOException {
        try (CloseableIterable<Key> keys = source.keys(file);
                IndexRebuild rebuild = new IndexRebuild(store, file, sortMemory)) {
            return rebuild.run(keys);
        }
    }

    void unload(KeyIndexFile file) {
        filters.drop(file);
        store.letGo(file);
    }

    SplitBlockBloomFilter filter(KeyIndexFile file, int segment) {
        return filters.filter(file, segment, counters());
    }

    IndexCounters counters() {
        return store.counters();
    }
}
