package dev.firn.sink;

import dev.firn.lsm.LevelsEdit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Types.StructType;
import org.apache.iceberg.util.StructLikeMap;

/** Edits that were handed over for commit and have not been seen in the table yet, oldest first. */
final class UncommittedEdits {

    /** Not yet told which checkpoint an edit belongs to: Flink names it only after the edit is handed over. */
    private static final long UNNAMED = Long.MAX_VALUE;

    private final StructLikeMap<List<Uncommitted>> byPartition;

    private record Uncommitted(long checkpointId, LevelsEdit edit) {}

    UncommittedEdits(StructType partitionType) {
        this.byPartition = StructLikeMap.create(partitionType);
    }

    void add(StructLike partition, LevelsEdit edit) {
        if (edit.added().isEmpty() && edit.dead().isEmpty()) {
            // Its commit may leave no trace to be recognised by, and it has nothing to be kept for.
            return;
        }
        byPartition.computeIfAbsent(partition, p -> new ArrayList<>()).add(new Uncommitted(UNNAMED, edit));
    }

    /** Everything handed over since the last call belongs to this checkpoint. */
    void prepared(long checkpointId) {
        byPartition
                .values()
                .forEach(edits -> edits.replaceAll(uncommitted -> uncommitted.checkpointId() == UNNAMED
                        ? new Uncommitted(checkpointId, uncommitted.edit())
                        : uncommitted));
    }

    /** @param holds whether the table holds a checkpoint's commit */
    void removeIf(LongPredicate holds) {
        byPartition.values().forEach(edits -> edits.removeIf(uncommitted -> holds.test(uncommitted.checkpointId())));
    }

    List<LevelsEdit> of(StructLike partition) {
        return byPartition.getOrDefault(partition, List.of()).stream()
                .map(Uncommitted::edit)
                .toList();
    }
}
