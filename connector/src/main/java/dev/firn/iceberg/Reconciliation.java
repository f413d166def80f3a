package dev.firn.iceberg;

import dev.firn.dv.DeletionVectors;
import dev.firn.dv.PositionSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.io.FileIO;

/**
 * What a checkpoint's changes come to on top of one snapshot: files to add, and for each file with newly dead rows the
 * whole deletion vector that replaces the live one.
 *
 * @param added data files to add
 * @param vectors one for each file whose dead rows grow
 */
record Reconciliation(List<DataFile> added, List<Vector> vectors) {

    /**
     * @param file the data file, live in the snapshot or added with this commit
     * @param dead all its dead positions
     */
    record Vector(LiveFile file, PositionSet dead) {}

    Reconciliation {
        added = List.copyOf(added);
        vectors = List.copyOf(vectors);
    }

    /** @param repairs newly dead positions in files that the writers did not know, by location */
    static Reconciliation of(CheckpointChanges changes, LiveFiles live, Map<String, PositionSet> repairs, FileIO io) {
        List<DataFile> added = new ArrayList<>();
        Map<String, LiveFile> files = new HashMap<>(live.byLocation());
        Map<String, PositionSet> dead = new HashMap<>(repairs);
        for (WriterChanges writer : changes.writers()) {
            for (DataFile file : writer.added()) {
                added.add(file);
                files.put(file.location(), new LiveFile(file, null));
            }
            writer.dead().forEach((location, positions) -> dead.merge(location, positions, PositionSet::union));
        }
        List<Vector> vectors = new ArrayList<>();
        dead.forEach((location, positions) -> {
            LiveFile file = files.get(location);
            // A file that somebody rewrote or dropped meanwhile needs nothing here: its rows' keys were looked for in
            // the files that came in its place, and what was found stands in the repairs.
            if (file != null) {
                PositionSet before = deadIn(file, io);
                PositionSet after = before.union(positions);
                if (after.cardinality() > before.cardinality()) {
                    vectors.add(new Vector(file, after));
                }
            }
        });
        return new Reconciliation(added, vectors);
    }

    static PositionSet deadIn(LiveFile file, FileIO io) {
        DeleteFile vector = file.vector();
        return vector == null ? PositionSet.EMPTY : DeletionVectors.read(io, vector, file.location());
    }

    boolean isEmpty() {
        return added.isEmpty() && vectors.isEmpty();
    }
}
