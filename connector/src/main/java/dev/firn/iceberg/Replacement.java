package dev.firn.iceberg;

import dev.firn.compaction.LateDeletes;
import dev.firn.dv.PositionSet;
import dev.firn.index.KeyIndexes;
import dev.firn.lsm.CompactionEdit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.iceberg.DataFile;

/**
 * A compaction as it is carried out on top of one snapshot.
 *
 * @param inputs the files that go, live in the snapshot
 * @param outputs the files that come in their place
 * @param vectors for the outputs whose rows died while they were merged
 */
record Replacement(List<LiveFile> inputs, List<DataFile> outputs, List<Reconciliation.Vector> vectors) {

    Replacement {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        vectors = List.copyOf(vectors);
    }

    /** Files by location, as they are once the checkpoint's other changes are made. */
    interface Files {
        Optional<Reconciliation.Vector> at(String location);
    }

    /**
     * Empty if the compaction does not hold there: somebody removed an input, or brought rows of it back. Rows that
     * somebody killed since the inputs were merged are dead in the outputs too.
     *
     * @param indexes where such rows are looked for
     */
    static Optional<Replacement> of(CompactionEdit compaction, Files files, KeyIndexes indexes) {
        List<LiveFile> inputs = new ArrayList<>();
        return compaction
                .deadOnTopOf(
                        location -> files.at(location).map(now -> {
                            inputs.add(now.file());
                            return new LateDeletes.Rows(now.file().file(), now.dead());
                        }),
                        indexes)
                .map(dead -> new Replacement(inputs, compaction.outputs(), vectors(compaction.outputs(), dead)));
    }

    private static List<Reconciliation.Vector> vectors(List<DataFile> outputs, Map<String, PositionSet> dead) {
        return outputs.stream()
                .filter(output -> dead.containsKey(output.location()))
                .map(output -> new Reconciliation.Vector(
                        new LiveFile(output, null), Objects.requireNonNull(dead.get(output.location()))))
                .toList();
    }
}
