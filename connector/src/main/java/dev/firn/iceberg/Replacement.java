package dev.firn.iceberg;

import dev.firn.lsm.CompactionEdit;
import java.util.ArrayList;
import java.util.List;
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
     * Empty if the compaction does not hold there: somebody removed an input, or killed rows of it that the outputs
     * still have.
     */
    static Optional<Replacement> of(CompactionEdit compaction, Files files) {
        List<LiveFile> inputs = new ArrayList<>();
        for (var input : compaction.inputs().entrySet()) {
            Optional<Reconciliation.Vector> now = files.at(input.getKey());
            if (now.isEmpty() || !now.get().dead().equals(input.getValue())) {
                return Optional.empty();
            }
            inputs.add(now.get().file());
        }
        List<Reconciliation.Vector> vectors = new ArrayList<>();
        for (DataFile output : compaction.outputs()) {
            var dead = compaction.dead().get(output.location());
            if (dead != null) {
                vectors.add(new Reconciliation.Vector(new LiveFile(output, null), dead));
            }
        }
        return Optional.of(new Replacement(inputs, compaction.outputs(), vectors));
    }
}
