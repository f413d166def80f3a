package dev.firn.index;

import dev.firn.key.Key;
import dev.firn.key.KeyView;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.CloseableIterator;

/**
 * Builds the index of a data file from its keys. If they ascend strictly, one pass is all. At the first key that does
 * not, what was written becomes the first chunk of an external merge sort: further keys are sorted in memory, a budget
 * at a time, into chunks, which are index files themselves, and merged.
 */
final class IndexRebuild implements Closeable {

    /** What a key costs in memory beside its bytes, roughly. */
    private static final int KEY_OVERHEAD_BYTES = 80;

    /** A power of two, less one. */
    private static final int ROWS_BETWEEN_CHECKS = 1_023;

    private record Row(Key key, long position) {}

    private record Chunk(int ordinal, EntryReader reader) {}

    private final IndexStore store;
    private final FileIdentity dataFile;
    private final SortMemory memory;
    private final List<Path> temporaries = new ArrayList<>();
    private final List<KeyIndexFile> chunks = new ArrayList<>();
    private List<Row> rows = new ArrayList<>();
    private long rowBytes;
    private final KeyView view = new KeyView();

    IndexRebuild(IndexStore store, DataFile dataFile, SortMemory memory) {
        this.store = store;
        this.dataFile = FileIdentity.of(dataFile);
        this.memory = memory;
    }

    /** Builds and publishes the index of a file with these keys, in the order of its rows. */
    KeyIndexFile run(CloseableIterable<Key> source) throws IOException {
        Path path = temporary();
        long position = 0;
        try (CloseableIterator<Key> keys = source.iterator();
                IndexFileWriter writer = store.write(path, Positions.RANKS)) {
            while (keys.hasNext()) {
                checkInterrupted(position);
                Key key = keys.next();
                if (!writer.ascends(view.at(key))) {
                    chunks.add(store.finish(writer, path, dataFile));
                    add(new Row(key, position));
                    return sort(keys, position + 1);
                }
                writer.add(view, position);
                position++;
            }
            checkRows(position);
            return store.publish(writer, path, dataFile);
        }
    }

    /** Removes what is left of the work. */
    @Override
    public void close() {
        memory.giveBack(rowBytes);
        rowBytes = 0;
        temporaries.forEach(store::delete);
    }

    private KeyIndexFile sort(Iterator<Key> keys, long start) throws IOException {
        long position = start;
        while (keys.hasNext()) {
            checkInterrupted(position);
            add(new Row(keys.next(), position));
            position++;
        }
        checkRows(position);
        spill();
        return merge();
    }

    private void add(Row row) throws IOException {
        rows.add(row);
        int bytes = row.key().bytes().length + KEY_OVERHEAD_BYTES;
        rowBytes += bytes;
        if (memory.take(bytes, rowBytes)) {
            spill();
        }
    }

    private void spill() throws IOException {
        if (rows.isEmpty()) {
            return;
        }
        // stable: the positions of equal keys stay ascending
        rows.sort(Comparator.comparing(Row::key));
        Path path = temporary();
        try (IndexFileWriter writer = store.write(path, Positions.LISTED)) {
            for (Row row : rows) {
                writer.add(view.at(row.key()), row.position());
            }
            chunks.add(store.finish(writer, path, dataFile));
        }
        rows = new ArrayList<>();
        memory.giveBack(rowBytes);
        rowBytes = 0;
    }

    private KeyIndexFile merge() throws IOException {
        // positions of an earlier chunk are below those of a later one
        PriorityQueue<Chunk> queue = new PriorityQueue<>(
                Comparator.comparing(Chunk::reader, EntryReader::compareKeys).thenComparingInt(Chunk::ordinal));
        for (int i = 0; i < chunks.size(); i++) {
            EntryReader reader = new EntryReader(chunks.get(i));
            if (reader.next()) {
                queue.add(new Chunk(i, reader));
            }
        }
        Path path = temporary();
        try (IndexFileWriter writer = store.write(path, Positions.LISTED)) {
            for (Chunk chunk = queue.poll(); chunk != null; chunk = queue.poll()) {
                EntryReader reader = chunk.reader();
                for (long position = reader.firstPosition(); position >= 0; position = reader.nextPosition()) {
                    writer.add(reader.key(), position);
                }
                if (reader.next()) {
                    queue.add(chunk);
                }
            }
            return store.publish(writer, path, dataFile);
        }
    }

    /** Reading and sorting take long, and a job that is cancelled does not wait for it. */
    private void checkInterrupted(long position) throws InterruptedIOException {
        if ((position & ROWS_BETWEEN_CHECKS) == 0 && Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("Building the index of " + dataFile.location() + " was interrupted");
        }
    }

    private Path temporary() {
        Path path = store.temporary();
        temporaries.add(path);
        return path;
    }

    private void checkRows(long rows) throws IOException {
        if (rows != dataFile.rows()) {
            throw new IOException(
                    "Data file " + dataFile.location() + " has " + rows + " rows, but the table's metadata" + " say "
                            + dataFile.rows() + ". The file is damaged, or was replaced.");
        }
    }
}
