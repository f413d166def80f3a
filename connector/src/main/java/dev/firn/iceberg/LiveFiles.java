package dev.firn.iceberg;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.ContentFileUtil;
import org.jspecify.annotations.Nullable;

/**
 * The data files of one snapshot and their deletion vectors.
 *
 * @param sequenceNumber of the snapshot; 0 for a table without one
 */
public record LiveFiles(long sequenceNumber, Map<String, LiveFile> byLocation) {

    static final LiveFiles NONE = new LiveFiles(0, Map.of());

    /** Reads the whole listing of a snapshot, without the files' metrics. */
    static LiveFiles of(Table table, @Nullable Snapshot snapshot) {
        return of(table, snapshot, Set.of());
    }

    /**
     * Reads the whole listing of a snapshot.
     *
     * @param metricsColumns ids of the columns whose metrics the files keep
     * @throws UnsupportedTableException if a file has equality deletes
     */
    static LiveFiles of(Table table, @Nullable Snapshot snapshot, Set<Integer> metricsColumns) {
        if (snapshot == null) {
            return NONE;
        }
        Map<String, LiveFile> files = new HashMap<>();
        try (CloseableIterable<FileScanTask> tasks =
                scan(table, metricsColumns).useSnapshot(snapshot.snapshotId()).planFiles()) {
            for (FileScanTask task : tasks) {
                LiveFile file = live(copy(task.file(), metricsColumns), task.deletes());
                files.put(file.location(), file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new LiveFiles(snapshot.sequenceNumber(), files);
    }

    private static TableScan scan(Table table, Set<Integer> metricsColumns) {
        List<String> names = metricsColumns.stream()
                .map(table.schema()::findColumnName)
                .filter(Objects::nonNull)
                .toList();
        return names.isEmpty() ? table.newScan() : table.newScan().includeColumnStats(names);
    }

    /** The file without the metrics of other columns. */
    static DataFile copy(DataFile file, Set<Integer> metricsColumns) {
        return metricsColumns.isEmpty() ? file.copyWithoutStats() : file.copyWithStats(metricsColumns);
    }

    private static LiveFile live(DataFile file, List<DeleteFile> deletes) {
        DeleteFile vector = null;
        List<DeleteFile> positions = new ArrayList<>();
        for (DeleteFile delete : deletes) {
            if (delete.content() == FileContent.EQUALITY_DELETES) {
                throw UnsupportedTableException.equalityDeletes("Data file " + file.location(), delete);
            }
            if (ContentFileUtil.isDV(delete)) {
                vector = delete.copyWithoutStats();
            } else {
                positions.add(delete.copyWithoutStats());
            }
        }
        return new LiveFile(file, vector, vector == null ? positions : List.of());
    }

    @Nullable LiveFile at(String location) {
        return byLocation.get(location);
    }

    /**
     * The files that a writer cannot know: added after the snapshot that it knew, and by none of {@code writers}.
     *
     * <p>Told from the files alone, so that it holds even when the snapshots between have expired.
     */
    List<LiveFile> unknownTo(long baseSequenceNumber, Set<String> writers) {
        return byLocation.values().stream()
                .filter(file -> addedAt(file) > baseSequenceNumber)
                .filter(file -> writers.stream().noneMatch(file.location()::contains))
                .toList();
    }

    private static long addedAt(LiveFile file) {
        Long added = file.file().fileSequenceNumber();
        return added == null ? 0 : added;
    }

    boolean contains(DataFile file) {
        return byLocation.containsKey(file.location());
    }

    public Collection<LiveFile> files() {
        return byLocation.values();
    }
}
