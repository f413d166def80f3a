package dev.firn.sink;

import dev.firn.iceberg.Lane;
import dev.firn.lsm.LevelsEdit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Types.StructType;
import org.apache.iceberg.util.StructLikeMap;

/**
 * Edits that were handed over for commit and have not been seen in the table yet, oldest first.
 *
 * @param <P> what tells trees apart
 */
final class UncommittedEdits<P> {

    /** Not yet told which checkpoint an edit belongs to: Flink names it only after the edit is handed over. */
    private static final long UNNAMED = Long.MAX_VALUE;

    private final Map<P, List<Uncommitted>> byPartition;

    record Uncommitted(long checkpointId, LevelsEdit edit) {}

    private UncommittedEdits(Map<P, List<Uncommitted>> byPartition) {
        this.byPartition = byPartition;
    }

    static UncommittedEdits<StructLike> ofPartitions(StructType partitionType) {
        return new UncommittedEdits<>(StructLikeMap.create(partitionType));
    }

    static UncommittedEdits<Lane> ofLanes() {
        return new UncommittedEdits<>(new HashMap<>());
    }

    void add(P partition, LevelsEdit edit) {
        if (edit.added().isEmpty()
                && edit.dead().isEmpty()
                && edit.compactions().isEmpty()) {
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

    /**
     * Forgets what has been committed.
     *
     * @param holds whether the table holds a checkpoint's commit
     * @param landed whether a file came into the table with one of those
     * @return whether some of it was committed without its compactions, which did not hold any more
     */
    boolean removeCommitted(LongPredicate holds, Predicate<String> landed) {
        boolean refused = false;
        for (List<Uncommitted> edits : byPartition.values()) {
            for (Iterator<Uncommitted> all = edits.iterator(); all.hasNext(); ) {
                Uncommitted uncommitted = all.next();
                if (holds.test(uncommitted.checkpointId())) {
                    all.remove();
                    refused |= outputs(uncommitted.edit()).anyMatch(landed.negate());
                }
            }
        }
        byPartition.values().removeIf(List::isEmpty);
        return refused;
    }

    private static Stream<String> outputs(LevelsEdit edit) {
        return edit.compactions().stream()
                .flatMap(compaction -> compaction.outputs().stream())
                .map(ContentFile::location);
    }

    List<LevelsEdit> of(P partition) {
        return byPartition.getOrDefault(partition, List.of()).stream()
                .map(Uncommitted::edit)
                .toList();
    }
}
