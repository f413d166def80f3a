package dev.firn.sink;

import dev.firn.dv.PositionSet;
import dev.firn.iceberg.WriterChanges;
import dev.firn.key.Key;
import dev.firn.lsm.CompactionEdit;
import dev.firn.lsm.LevelsEdit;
import dev.firn.run.RunFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;

/** The edits of all buckets of a writer, put together. */
final class GatheredChanges {

    private final String writerId;
    private final long baseSequenceNumber;
    private final List<DataFile> added = new ArrayList<>();
    private final Map<String, PositionSet> dead = new HashMap<>();
    private final List<Key> deletedKeys = new ArrayList<>();
    private final List<CompactionEdit> compactions = new ArrayList<>();

    GatheredChanges(String writerId, long baseSequenceNumber) {
        this.writerId = writerId;
        this.baseSequenceNumber = baseSequenceNumber;
    }

    void add(LevelsEdit edit) {
        edit.added().stream().map(RunFile::file).forEach(added::add);
        edit.dead().forEach((location, positions) -> dead.merge(location, positions, PositionSet::union));
        deletedKeys.addAll(edit.deletedKeys());
        compactions.addAll(edit.compactions());
    }

    /** One element, or none if nothing was gathered. */
    List<WriterChanges> toChanges() {
        boolean nothing = added.isEmpty() && dead.isEmpty() && deletedKeys.isEmpty() && compactions.isEmpty();
        return nothing
                ? List.of()
                : List.of(new WriterChanges(writerId, baseSequenceNumber, added, dead, deletedKeys, compactions));
    }
}
