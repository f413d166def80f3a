package dev.firn.iceberg;

import dev.firn.dv.PositionSet;
import dev.firn.key.Key;
import dev.firn.lsm.CompactionEdit;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.iceberg.DataFile;

/**
 * What one writer changed in one checkpoint, as logic rather than as Iceberg metadata: it can be committed on top of
 * whatever the table is by then.
 *
 * @param writerId stands in the name of every file that this writer wrote
 * @param baseSequenceNumber sequence number of the snapshot up to which the writer knew the table; 0 for none
 * @param added new data files
 * @param dead newly dead positions by data file location, in older files and in added ones
 * @param deletedKeys every key that was deleted, found or not: what resolves a delete in files that the writer did not
 *     know
 * @param compactions finished ones, to be carried out in a snapshot of their own after everything else
 */
public record WriterChanges(
        String writerId,
        long baseSequenceNumber,
        List<DataFile> added,
        Map<String, PositionSet> dead,
        List<Key> deletedKeys,
        List<CompactionEdit> compactions) {

    public WriterChanges {
        added = List.copyOf(added);
        dead = Map.copyOf(dead);
        deletedKeys = List.copyOf(deletedKeys);
        compactions = List.copyOf(compactions);
    }

    WriterChanges withoutCompactions(Predicate<DataFile> output) {
        return new WriterChanges(
                writerId,
                baseSequenceNumber,
                added,
                dead,
                deletedKeys,
                compactions.stream()
                        .filter(compaction -> compaction.outputs().stream().noneMatch(output))
                        .toList());
    }
}
