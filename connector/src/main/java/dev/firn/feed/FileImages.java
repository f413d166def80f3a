package dev.firn.feed;

import dev.firn.dv.DeletionVectors;
import dev.firn.dv.PositionSet;
import dev.firn.iceberg.FileChange;
import dev.firn.iceberg.FileChange.Liveness;
import dev.firn.run.ImageReader;
import dev.firn.run.ImageRows;
import dev.firn.run.RunFile;
import dev.firn.run.WantedPositions;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one data file that are live on one side of a change and not on the other.
 *
 * @param ordinal of the file in its split
 * @param positions not empty
 */
record FileImages(int ordinal, FileChange change, Side side, PositionSet positions) {

    /** What a split's files have on either side. Reads their vectors, and nothing else. */
    static List<FileImages> of(List<FileChange> files, FileIO io) {
        List<FileImages> images = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            FileChange change = files.get(i);
            PositionSet before = live(change.file(), change.before(), io);
            PositionSet after = live(change.file(), change.after(), io);
            add(images, new FileImages(i, change, Side.BEFORE, before.minus(after)));
            add(images, new FileImages(i, change, Side.AFTER, after.minus(before)));
        }
        return images;
    }

    private static void add(List<FileImages> images, FileImages of) {
        if (!of.positions().isEmpty()) {
            images.add(of);
        }
    }

    private static PositionSet live(DataFile file, @Nullable Liveness liveness, FileIO io) {
        if (liveness == null) {
            return PositionSet.EMPTY;
        }
        PositionSet all = PositionSet.below(file.recordCount());
        return liveness.vector() == null
                ? all
                : all.minus(DeletionVectors.read(io, liveness.vector(), file.location()));
    }

    /**
     * Whether the file says that its rows lie in the order of their keys: as a sink of ours writes them, while this is
     * the table's sort order. One that was written under another may have had another key, too.
     */
    boolean isSorted(int sortOrderId) {
        Integer ownId = change.file().sortOrderId();
        return sortOrderId != SortOrder.unsorted().orderId()
                && ownId != null
                && ownId == sortOrderId
                && RunFile.tellsLevel(change.file());
    }

    String location() {
        return change.file().location();
    }

    long rows() {
        return positions.cardinality();
    }

    /** In the order of their positions. */
    ImageRows read(ImageReader reader) {
        return reader.rows(
                change.file(),
                change.spec(),
                new WantedPositions(positions.nextPresent(0), change.file().recordCount(), positions::nextPresent));
    }

    /** Without the first so many rows of all; they are not read either. At most as many as there are. */
    static List<FileImages> behind(long rows, List<FileImages> files) {
        List<FileImages> left = new ArrayList<>();
        long skipped = rows;
        for (FileImages file : files) {
            if (skipped < file.rows()) {
                left.add(file.behind(skipped));
            }
            skipped = Math.max(0, skipped - file.rows());
        }
        return left;
    }

    private FileImages behind(long rows) {
        long start = 0;
        for (long skipped = 0; skipped < rows; skipped++) {
            start = positions.nextPresent(start) + 1;
        }
        return new FileImages(ordinal, change, side, positions.minus(PositionSet.below(start)));
    }
}
