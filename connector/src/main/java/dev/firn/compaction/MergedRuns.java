package dev.firn.compaction;

import dev.firn.dv.PositionSet;
import dev.firn.index.RunStore;
import dev.firn.run.RunFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What came of the merge of a key range, or of several ranges in their order.
 *
 * @param dropped positions by file location, no empty sets
 */
record MergedRuns(List<RunFile> outputs, Map<String, PositionSet> dropped, List<RunFile> changed) {

    static final MergedRuns NONE = new MergedRuns(List.of(), Map.of(), List.of());

    private static final Logger LOG = LoggerFactory.getLogger(MergedRuns.class);

    MergedRuns {
        outputs = List.copyOf(outputs);
        dropped = Map.copyOf(dropped);
        changed = List.copyOf(changed);
    }

    MergedRuns and(MergedRuns next) {
        Map<String, PositionSet> allDropped = new HashMap<>(dropped);
        next.dropped.forEach((location, positions) -> allDropped.merge(location, positions, PositionSet::union));
        return new MergedRuns(join(outputs, next.outputs), allDropped, join(changed, next.changed));
    }

    long bytesWritten() {
        return files().mapToLong(run -> run.file().fileSizeInBytes()).sum();
    }

    void delete(RunStore.Storage storage) {
        files().forEach(run -> delete(run, storage));
    }

    static void delete(RunFile run, RunStore.Storage storage) {
        try {
            storage.indexes().forget(run.location());
            storage.io().deleteFile(run.location());
        } catch (RuntimeException e) {
            LOG.warn("Could not delete {}, which no snapshot refers to", run.location(), e);
        }
    }

    private Stream<RunFile> files() {
        return Stream.concat(outputs.stream(), changed.stream());
    }

    private static List<RunFile> join(List<RunFile> first, List<RunFile> second) {
        List<RunFile> joined = new ArrayList<>(first);
        joined.addAll(second);
        return joined;
    }
}
