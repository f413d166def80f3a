package dev.firn.compaction;

import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.index.KeyIndex;
import dev.firn.index.KeyIndexes;
import dev.firn.index.KeyIterator;
import dev.firn.key.Key;
import dev.firn.key.SortedKeys;
import dev.firn.run.RunFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.DataFile;

/**
 * Finds rows that died in an input after its merge had begun again in the new files: old position → key → new position,
 * for these rows alone.
 */
public final class LateDeletes {

    private final KeyIndexes indexes;
    private final Map<String, PositionSet> found = new HashMap<>();

    private LateDeletes(KeyIndexes indexes) {
        this.indexes = indexes;
    }

    /**
     * Rows of a file.
     *
     * @param positions in the file; may be empty
     */
    public record Rows(DataFile file, PositionSet positions) {}

    /**
     * Translates dead positions of the inputs. Those that were dead when the merge began are left out, and so are those
     * that {@linkplain CompactionResult#dropped the filter dropped}.
     *
     * @param deadNow dead positions by file location; other files than the inputs are ignored, and an input that is
     *     missing has died no further
     * @return dead positions of {@link CompactionResult#outputs} and {@link CompactionResult#changed} by file location;
     *     no empty sets
     * @throws IllegalStateException if a dead row is not in the outputs, where it should be
     */
    public static Map<String, PositionSet> onto(
            CompactionResult result, Map<String, PositionSet> deadNow, KeyIndexes indexes) {
        LateDeletes deletes = new LateDeletes(indexes);
        deletes.translate(result, deadNow);
        return deletes.found;
    }

    /**
     * Translates rows that were merged.
     *
     * @param died rows of the inputs that the outputs have
     * @return their positions in the outputs by file location, no empty sets; nothing if one is not there
     */
    public static Optional<Map<String, PositionSet>> onto(List<DataFile> outputs, List<Rows> died, KeyIndexes indexes) {
        LateDeletes deletes = new LateDeletes(indexes);
        List<Key> keys = new ArrayList<>();
        for (Rows rows : died) {
            if (!rows.positions().isEmpty()) {
                keys.addAll(keys(indexes.index(rows.file()), rows.positions()));
            }
        }
        boolean all = deletes.find(keys.stream().sorted().toList(), outputs) == keys.size();
        return all ? Optional.of(deletes.found) : Optional.empty();
    }

    private void translate(CompactionResult result, Map<String, PositionSet> deadNow) {
        List<Key> kept = new ArrayList<>();
        List<Key> droppedOrChanged = new ArrayList<>();
        for (LiveRun input : result.inputs()) {
            PositionSet late =
                    deadNow.getOrDefault(input.location(), PositionSet.EMPTY).minus(input.dead());
            PositionSet inOutputs = late.minus(result.dropped().getOrDefault(input.location(), PositionSet.EMPTY));
            if (!late.isEmpty()) {
                KeyIndex index = indexes.index(input.run().file());
                kept.addAll(keys(index, inOutputs));
                droppedOrChanged.addAll(keys(index, late.minus(inOutputs)));
            }
        }
        long translated = find(kept.stream().sorted().toList(), files(result.outputs()));
        if (translated != kept.size()) {
            throw new IllegalStateException("Of " + kept.size() + " rows that died while "
                    + result.inputs().stream().map(LiveRun::location).toList() + " were compacted, " + translated
                    + " are in the outputs");
        }
        // An older row of a key that was live twice is among them beside the newer one.
        find(droppedOrChanged.stream().sorted().distinct().toList(), files(result.changed()));
    }

    private static List<DataFile> files(List<RunFile> runs) {
        return runs.stream().map(RunFile::file).toList();
    }

    private static List<Key> keys(KeyIndex index, PositionSet positions) {
        List<Key> keys = new ArrayList<>();
        KeyIterator iterator = index.iterator();
        if (index.sorted()) {
            positions.forEach(position -> keys.add(iterator.keyAt(position)));
        } else if (!positions.isEmpty()) {
            while (iterator.next()) {
                iterator.positions(position -> {
                    if (positions.contains(position)) {
                        keys.add(iterator.key());
                    }
                });
            }
        }
        return keys;
    }

    /**
     * @param keys ascending
     * @param files of disjoint keys
     * @return how many of the keys are in the files
     */
    private long find(List<Key> keys, List<DataFile> files) {
        long before = cardinality();
        for (DataFile file : files) {
            if (keys.isEmpty()) {
                break;
            }
            KeyIndex index = indexes.index(file);
            PositionSet.Builder positions = PositionSet.builder();
            index.find(SortedKeys.of(keys), positions::add);
            if (!positions.isEmpty()) {
                found.put(file.location(), positions.build());
            }
        }
        return cardinality() - before;
    }

    private long cardinality() {
        return found.values().stream().mapToLong(PositionSet::cardinality).sum();
    }
}
