package dev.firn.feed;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/**
 * The rows that a split brings, the same ones in the same order at every reading: in the order of their keys, a
 * {@code -U} right ahead of its {@code +U}; as they lie in the files if there are only new rows or only dead ones. It
 * stands ahead of the first one that was not passed on yet. One thread.
 */
final class SplitChanges implements Closeable {

    private final KeyChanges changes;
    private final Changelog changelog;
    private final Queue<RowData> rows = new ArrayDeque<>();
    private @Nullable RowData row;

    private SplitChanges(KeyChanges changes, Changelog changelog) {
        this.changes = changes;
        this.changelog = changelog;
    }

    /**
     * Opens a split behind the rows that it has emitted.
     *
     * @throws IOException if a file cannot be read, or is not sorted although it says so
     * @throws IllegalArgumentException if a file or a vector is of a kind that is not read
     * @throws IllegalStateException if the split has fewer rows than it has emitted
     */
    static SplitChanges open(ChangeSplit split, FeedRows rows, FeedInput input) throws IOException {
        List<FileImages> files = FileImages.of(split.files(), input.io());
        Map<Side, SideReader> readers = new EnumMap<>(Side.class);
        readers.put(Side.BEFORE, new SideReader(rows, rows.beforeImages(), input));
        readers.put(Side.AFTER, new SideReader(rows, rows.images(), input));
        Changelog changelog = Changelog.of(rows, split.snapshot());
        for (Side side : Side.values()) {
            if (files.stream().allMatch(file -> file.side() == side)) {
                // Each image is a row, so those that were passed on need not be read again.
                long unread = rows.isUnfiltered() ? Math.min(split.emitted(), rowsOf(files)) : 0;
                KeyChanges unmerged = new OneSidedChanges(
                        FileImages.behind(unread, files), side, Objects.requireNonNull(readers.get(side)));
                return new SplitChanges(unmerged, changelog).behind(split, split.emitted() - unread);
            }
        }
        KeyChanges merged = MergedChanges.open(files, readers, input);
        return new SplitChanges(merged, changelog).behind(split, split.emitted());
    }

    private static long rowsOf(List<FileImages> files) {
        return files.stream().mapToLong(FileImages::rows).sum();
    }

    private SplitChanges behind(ChangeSplit split, long emitted) throws IOException {
        try {
            for (long skipped = 0; skipped < emitted; skipped++) {
                if (!next()) {
                    throw new IllegalStateException("The split of snapshot "
                            + split.snapshot().id() + " has fewer rows than the " + split.emitted()
                            + " of it that were emitted");
                }
            }
            return this;
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Goes to the next row; false if there is none.
     *
     * @throws IOException if a file cannot be read, or is not sorted although it says so
     */
    boolean next() throws IOException {
        while (rows.isEmpty()) {
            KeyChange change = changes.next();
            if (change == null) {
                row = null;
                return false;
            }
            changelog.tell(change, rows::add);
        }
        row = rows.remove();
        return true;
    }

    /** The row that this stands at, after {@link #next}. It may be kept. */
    RowData row() {
        return Objects.requireNonNull(row, "At no row");
    }

    @Override
    public void close() throws IOException {
        changes.close();
    }
}
