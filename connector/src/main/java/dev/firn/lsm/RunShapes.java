package dev.firn.lsm;

import dev.firn.compaction.KeySpan;
import dev.firn.compaction.RowFilter;
import dev.firn.compaction.RunShape;
import dev.firn.dv.LiveRun;
import dev.firn.index.KeyIndex;
import dev.firn.index.KeyIndexes;
import java.util.ArrayList;
import java.util.List;

/** A bucket's runs as compaction sees them, with their exact key ranges, which the indexes know. */
final class RunShapes {

    private RunShapes() {}

    /** The shapes of all runs that have rows. */
    static List<RunShape> of(Levels levels, KeyIndexes indexes) {
        return of(levels, indexes, RowFilter.KEEP_ALL);
    }

    /**
     * The shapes of all runs that have rows. What a merge would leave out counts as dead: the rows that are dead, and
     * those of the others that the filter is foreseen to drop. But a run with a live row never counts as dead as a
     * whole, for then it would go unread, and what is foreseen is an estimate.
     */
    static List<RunShape> of(Levels levels, KeyIndexes indexes, RowFilter filter) {
        List<RunShape> shapes = new ArrayList<>();
        for (LiveRun live : levels.runs()) {
            KeyIndex index = indexes.index(live.run().file());
            if (index.keys() > 0) {
                shapes.add(new RunShape(
                        live.location(),
                        live.run().level(),
                        new KeySpan(index.firstKey(), index.lastKey()),
                        live.run().file().fileSizeInBytes(),
                        live.run().rows(),
                        live.dead().cardinality() + foreseen(live, filter)));
            }
        }
        return shapes;
    }

    /** Rows die and expire independently of each other, as far as anybody knows. */
    private static long foreseen(LiveRun live, RowFilter filter) {
        double share =
                filter.foreseenDrops(live.run().file()) / (double) live.run().rows();
        return Math.max(0, Math.min(live.liveRows() - 1, Math.round(share * live.liveRows())));
    }
}
