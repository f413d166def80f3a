package dev.firn.sink;

import dev.firn.dv.LiveRun;
import dev.firn.iceberg.Lane;
import dev.firn.iceberg.LiveFile;
import dev.firn.iceberg.TableView;
import dev.firn.lsm.Levels;
import dev.firn.lsm.LevelsEdit;
import dev.firn.lsm.SharedRuns;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.io.FileIO;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a writer's lanes still hold in files of older partition specs, for the buckets of these lanes to share. One
 * thread.
 */
final class LaneRuns {

    private static final Logger LOG = LoggerFactory.getLogger(LaneRuns.class);

    private final BucketRouter router;
    private final Opener opener;
    private final Map<Lane, SharedRuns> lanes = new LinkedHashMap<>();
    private final UncommittedEdits<Lane> uncommitted = UncommittedEdits.ofLanes();
    private boolean opened;

    /** Makes runs of files shared by buckets. */
    @FunctionalInterface
    interface Opener {
        SharedRuns open(Levels levels);
    }

    LaneRuns(BucketRouter router, Opener opener) {
        this.router = router;
        this.opener = opener;
    }

    /** Reads the dead rows of all older files, once. */
    void openFrom(TableView view) {
        if (!opened) {
            byLane(view).forEach((lane, files) -> lanes.put(lane, opener.open(view.runs(files))));
            opened = true;
            if (!lanes.isEmpty()) {
                LOG.info(
                        "Files of older partition specs={} lanes={}: they are looked up, and migrate by compaction",
                        view.olderFiles().size(),
                        lanes.size());
            }
        }
    }

    private Map<Lane, List<LiveFile>> byLane(TableView view) {
        return view.olderFiles().stream().collect(Collectors.groupingBy(file -> router.lane(file.file())));
    }

    /** What a bucket shares with others. */
    SharedRuns of(StructLike partition) {
        return router.hasOlderSpecs()
                ? lanes.computeIfAbsent(router.lane(partition), lane -> opener.open(Levels.EMPTY))
                : SharedRuns.uncompacted(Levels.EMPTY);
    }

    /** Forgets edits that were committed; as {@link UncommittedEdits#removeCommitted}. */
    boolean removeCommitted(LongPredicate holds, Predicate<String> landed) {
        return uncommitted.removeCommitted(holds, landed);
    }

    /**
     * Continues on another picture of the table.
     *
     * @return runs of present partitions that came out of compactions which were not committed yet
     */
    List<LiveRun> rebase(TableView view) {
        Map<Lane, List<LiveFile>> files = byLane(view);
        files.keySet().forEach(lane -> lanes.computeIfAbsent(lane, added -> opener.open(Levels.EMPTY)));
        List<LiveRun> migrated = new ArrayList<>();
        lanes.forEach((lane, runs) ->
                migrated.addAll(runs.rebase(view.runs(files.getOrDefault(lane, List.of())), uncommitted.of(lane))));
        return migrated;
    }

    /** As {@link SharedRuns#takeMigrated}, of all lanes. */
    List<LiveRun> takeMigrated() {
        return lanes.values().stream()
                .flatMap(runs -> runs.takeMigrated().stream())
                .toList();
    }

    /** Starts compactions, as far as threads are free. */
    void compact() {
        lanes.values().forEach(SharedRuns::compact);
    }

    /** Adds what changed since the last call. */
    void checkpoint(GatheredChanges gathered) {
        lanes.forEach((lane, runs) -> {
            LevelsEdit edit = runs.checkpoint();
            if (!edit.isEmpty()) {
                gathered.add(edit);
                uncommitted.add(lane, edit);
            }
        });
    }

    void prepared(long checkpointId) {
        uncommitted.prepared(checkpointId);
    }

    List<Levels> levels() {
        return lanes.values().stream().map(SharedRuns::levels).toList();
    }

    void discard(FileIO io) {
        lanes.values().forEach(runs -> runs.discard(io));
    }
}
