package dev.firn.iceberg;

import dev.firn.dv.PositionSet;
import dev.firn.index.KeyIndexes;
import dev.firn.index.KeySource;
import dev.firn.key.Key;
import dev.firn.lsm.Superseded;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.io.CloseableIterable;

/**
 * Looks for the keys that a checkpoint changed in files that its writers could not know, because somebody else's commit
 * added them meanwhile: an insert or update of the same key, or the outputs of a rewrite. Of two commits the later
 * wins, so what is found is dead.
 */
final class Repair {

    private final FirnTable table;
    private final KeyIndexes indexes;
    private final KeySource keySource;

    /** Writers of the running incarnation: each knows its own bucket's files, and none meets another's. */
    private final Set<String> writers = new HashSet<>();

    private String incarnation = "";

    /** Whether the running incarnation may have counted on outputs of compactions that were refused. */
    private boolean compacts;

    Repair(FirnTable table, KeyIndexes indexes) {
        this.table = table;
        this.indexes = indexes;
        this.keySource = table.keySource();
    }

    /** As {@link #find}, of an earlier incarnation, whose earlier checkpoints are not known. */
    Map<String, PositionSet> findRestored(CheckpointChanges changes, LiveFiles live) throws IOException {
        begin(changes);
        compacts = true;
        return find(changes, live);
    }

    /** Newly dead positions in files of {@code live} that the writers did not know, by location. */
    Map<String, PositionSet> find(CheckpointChanges changes, LiveFiles live) throws IOException {
        begin(changes);
        for (WriterChanges writer : changes.writers()) {
            writers.add(writer.writerId());
            compacts |= !writer.compactions().isEmpty();
        }
        Map<String, PositionSet> found = new HashMap<>();
        for (WriterChanges writer : changes.writers()) {
            find(
                    writer,
                    knowsTheRest(writer, live) ? live.unknownTo(writer.baseSequenceNumber(), writers) : live.files(),
                    found);
        }
        return found;
    }

    private void begin(CheckpointChanges changes) {
        if (!incarnation.equals(changes.marker().incarnation())) {
            incarnation = changes.marker().incarnation();
            writers.clear();
            compacts = false;
        }
    }

    /**
     * Not so if the table was rolled back behind what the writer knew, nor if the writer counts on the output of a
     * compaction of its own that was refused. A file that was live when the writer looked, and is not any more, has
     * been replaced since: what became of its rows is in files that the writer does not know.
     */
    private boolean knowsTheRest(WriterChanges writer, LiveFiles live) {
        Set<String> own = writer.added().stream().map(DataFile::location).collect(Collectors.toSet());
        return table.descendsFrom(writer.baseSequenceNumber())
                && writer.dead().keySet().stream()
                        .allMatch(file -> own.contains(file) || live.at(file) != null || !mayBeRefused(file));
    }

    private boolean mayBeRefused(String location) {
        return compacts && writers.stream().anyMatch(location::contains);
    }

    /** Newly dead positions in any file of {@code live}, by location: for changes that the table has gone beyond. */
    Map<String, PositionSet> findEverywhere(CheckpointChanges changes, LiveFiles live) throws IOException {
        Map<String, PositionSet> found = new HashMap<>();
        for (WriterChanges writer : changes.writers()) {
            find(writer, live.files(), found);
        }
        return found;
    }

    private void find(WriterChanges writer, Collection<LiveFile> files, Map<String, PositionSet> found)
            throws IOException {
        if (!files.isEmpty()) {
            // The next commit asks most likely for the same files, and soon for none of them.
            Set<String> locations = files.stream().map(LiveFile::location).collect(Collectors.toSet());
            indexes.retain(locations);
            Superseded.by(changedKeys(writer), LiveVectors.levels(files, table.io()), indexes)
                    .forEach((location, positions) -> found.merge(location, positions, PositionSet::union));
            indexes.close(locations);
        }
    }

    private List<Key> changedKeys(WriterChanges writer) throws IOException {
        List<Key> changed = new ArrayList<>(writer.deletedKeys());
        for (DataFile file : writer.added()) {
            try (CloseableIterable<Key> keys = keySource.keys(file)) {
                keys.forEach(changed::add);
            }
        }
        return changed.stream().sorted().distinct().toList();
    }
}
