package dev.firn.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.exceptions.NotFoundException;

/**
 * The indexes of some data files, which are opened or built side by side. The largest comes first, so that threads end
 * at about the same time. Any thread.
 */
public final class IndexLoading {

    private final KeyIndexes indexes;
    private final IndexThreads threads;
    private final List<IndexLoad> loads;

    private IndexLoading(KeyIndexes indexes, IndexThreads threads, List<IndexLoad> loads) {
        this.indexes = indexes;
        this.threads = threads;
        this.loads = loads;
    }

    static IndexLoading begin(KeyIndexes indexes, IndexThreads threads, Collection<DataFile> files) {
        List<IndexLoad> loads = loads(indexes, files);
        threads.begin(loads);
        return new IndexLoading(indexes, threads, loads);
    }

    private static List<IndexLoad> loads(KeyIndexes indexes, Collection<DataFile> files) {
        return files.stream()
                .filter(file -> !indexes.isLoaded(file))
                .sorted(Comparator.comparingLong(DataFile::recordCount).reversed())
                .map(file -> new IndexLoad(file.copyWithoutStats(), indexes::index))
                .toList();
    }

    /** The same for other files: what is under way for those among them goes on, and what failed is tried again. */
    public IndexLoading anew(Collection<DataFile> files) {
        Map<FileIdentity, IndexLoad> known = new HashMap<>();
        for (IndexLoad load : loads) {
            if (!load.hasFailed()) {
                known.put(FileIdentity.of(load.file()), load);
            }
        }
        List<IndexLoad> kept = new ArrayList<>();
        List<DataFile> added = new ArrayList<>();
        for (DataFile file : files) {
            IndexLoad load = known.remove(FileIdentity.of(file));
            if (load == null || load.isDone()) {
                added.add(file);
            } else {
                kept.add(load);
            }
        }
        threads.giveUp(known.values());
        List<IndexLoad> begun = loads(indexes, added);
        threads.begin(begun);
        kept.addAll(begun);
        return new IndexLoading(indexes, threads, kept);
    }

    /** Whether all indexes are there. */
    public boolean isComplete() {
        return isDone() && !hasFailed();
    }

    /** Whether no index is on its way any more. */
    public boolean isDone() {
        return loads.stream().allMatch(IndexLoad::isDone);
    }

    /** Whether one of the indexes will not come, so that {@link #await} does not wait. */
    public boolean hasFailed() {
        return loads.stream().anyMatch(IndexLoad::hasFailed);
    }

    /**
     * Waits until all indexes are there, loading those that nobody has begun.
     *
     * @throws NotFoundException if a data file is gone
     * @throws IOException with problem, cause and remedy, if an index could not be built for another reason
     */
    public void await() throws IOException, InterruptedException {
        for (IndexLoad load : loads) {
            checkInterrupted();
            threads.carryOut(load);
            if (load.hasFailed()) {
                break;
            }
        }
        if (!hasFailed()) {
            for (IndexLoad load : loads) {
                threads.await(load);
            }
        }
        checkInterrupted();
        Optional<IndexLoad> failed = loads.stream().filter(IndexLoad::hasFailed).findFirst();
        if (failed.isPresent()) {
            throw problem(failed.get());
        }
    }

    private static void checkInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private static IOException problem(IndexLoad load) {
        Throwable failure = load.failure();
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof NotFoundException gone) {
            throw new NotFoundException(gone, "%s", gone.getMessage());
        }
        return new IOException(
                "The key index of data file " + load.file().location() + " could not be built: " + failure.getMessage()
                        + ". No change of its bucket can be written without it. See that the table's storage can be read and"
                        + " the local directory be written, then start the job again: indexes that are complete stay.",
                failure);
    }

    /** Ends what nobody has begun. */
    public void cancel() {
        threads.giveUp(loads);
    }
}
