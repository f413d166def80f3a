package dev.firn.index;

import dev.firn.key.Key;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.io.CloseableIterable;

/** Data files that are nothing but lists of keys, and the indexes of a table that has them. */
final class IndexedFiles implements KeySource {

    /** So small that a handful of keys fills blocks and segments. */
    static final IndexShape SMALL = new IndexShape(4, 3);

    private final Path directory;
    private final Map<String, List<Key>> rows = new HashMap<>();

    /** The data files whose keys were asked for, each time. */
    final List<String> reads = Collections.synchronizedList(new ArrayList<>());

    IndexedFiles(Path directory) {
        this.directory = directory;
    }

    /** A data file without an index. */
    DataFile add(String location, List<Key> keys) {
        rows.put(location, keys);
        return dataFile(location, keys.size());
    }

    /** A run file whose index is written along with it. */
    KeyIndex write(KeyIndexes indexes, String location, List<Key> keys) {
        DataFile file = add(location, keys);
        try (KeyIndexWriter writer = indexes.writer(location)) {
            keys.forEach(writer::add);
            return writer.finish(file);
        }
    }

    KeyIndexes open(IndexShape shape, long filterMemoryBytes, long sortBytes) {
        IndexStore store = new IndexStore(directory, "format", shape);
        return new KeyIndexes(
                store,
                new FilterCache(filterMemoryBytes),
                new LocalSpace(store::usage, Long.MAX_VALUE),
                this,
                sortBytes);
    }

    KeyIndexes open() {
        return open(SMALL, 1 << 20, 1 << 20);
    }

    @Override
    public CloseableIterable<Key> keys(DataFile file) {
        reads.add(file.location());
        return CloseableIterable.withNoopClose(Objects.requireNonNull(rows.get(file.location())));
    }

    static DataFile dataFile(String location, long rows) {
        return DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath(location)
                .withFormat(FileFormat.PARQUET)
                .withFileSizeInBytes(100 + rows)
                .withRecordCount(rows)
                .build();
    }
}
