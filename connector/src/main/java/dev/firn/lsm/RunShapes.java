package dev.firn.lsm;

import dev.firn.compaction.KeySpan;
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
                        live.dead().cardinality()));
            }
        }
        return shapes;
    }
}
