package dev.firn.iceberg;

import dev.firn.dv.PositionSet;
import dev.firn.index.KeyIndexes;
import dev.firn.lsm.CompactionEdit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.io.FileIO;

/**
 * What a checkpoint's changes come to on top of one snapshot: files to add, for each file with newly dead rows the
 * whole deletion vector that replaces the live one, and then the compactions that hold.
 *
 * @param added data files to add
 * @param vectors one for each file whose dead rows grow
 * @param replacements compactions, to be carried out after the rest
 * @param refused outputs of compactions that do not hold
 */
record Reconciliation(
        List<DataFile> added, List<Vector> vectors, List<Replacement> replacements, List<DataFile> refused) {

    /**
     * @param file the data file, live in the snapshot or added with this commit
     * @param dead all its dead positions
     */
    record Vector(LiveFile file, PositionSet dead) {}

    Reconciliation {
        added = List.copyOf(added);
        vectors = List.copyOf(vectors);
        replacements = List.copyOf(replacements);
        refused = List.copyOf(refused);
    }

    /**
     * What changes are put together with.
     *
     * @param indexes where rows of compacted files are looked for that somebody killed meanwhile
     */
    record Means(FileIO io, KeyIndexes indexes) {}

    /** @param repairs newly dead positions in files that the writers did not know, by location */
    static Reconciliation of(
            List<WriterChanges> changes, LiveFiles live, Map<String, PositionSet> repairs, Means means) {
        List<DataFile> added = new ArrayList<>();
        Map<String, LiveFile> files = new HashMap<>(live.byLocation());
        Map<String, PositionSet> dead = new HashMap<>(repairs);
        for (WriterChanges writer : changes) {
            for (DataFile file : writer.added()) {
                added.add(file);
                files.put(file.location(), new LiveFile(file, null));
            }
            writer.dead().forEach((location, positions) -> dead.merge(location, positions, PositionSet::union));
        }
        // A file that somebody rewrote or dropped meanwhile needs nothing here: its rows' keys were looked for in the
        // files that came in its place, and what was found stands in the repairs.
        List<LiveFile> touched =
                dead.keySet().stream().map(files::get).filter(Objects::nonNull).toList();
        LiveVectors before = LiveVectors.read(touched, means.io());
        Map<String, Vector> vectors = new HashMap<>();
        for (LiveFile file : touched) {
            PositionSet after = before.of(file).union(Objects.requireNonNull(dead.get(file.location())));
            if (after.cardinality() > before.of(file).cardinality()) {
                vectors.put(file.location(), new Vector(file, after));
            }
        }
        List<Replacement> replacements = new ArrayList<>();
        List<DataFile> refused = new ArrayList<>();
        for (CompactionEdit compaction : compactions(changes)) {
            Replacement.Files now = location -> {
                LiveFile file = files.get(location);
                Vector grown = vectors.get(location);
                return file == null || grown != null
                        ? Optional.ofNullable(grown)
                        : Optional.of(new Vector(
                                file,
                                LiveVectors.read(List.of(file), means.io()).of(file)));
            };
            Optional<Replacement> holds = Replacement.of(compaction, now, means.indexes());
            holds.ifPresent(replacements::add);
            if (holds.isPresent()) {
                compaction.inputs().keySet().forEach(files::remove);
            } else {
                refused.addAll(compaction.outputs());
            }
        }
        return new Reconciliation(added, List.copyOf(vectors.values()), replacements, refused);
    }

    private static List<CompactionEdit> compactions(List<WriterChanges> changes) {
        return changes.stream().flatMap(writer -> writer.compactions().stream()).toList();
    }

    boolean changesRows() {
        return !added.isEmpty() || !vectors.isEmpty();
    }

    boolean isEmpty() {
        return !changesRows() && replacements.isEmpty();
    }

    /** Every vector to be written. */
    Stream<Vector> allVectors() {
        return Stream.concat(
                vectors.stream(), replacements.stream().flatMap(replacement -> replacement.vectors().stream()));
    }
}
