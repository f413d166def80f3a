package dev.firn.lsm;

import dev.firn.compaction.CompactionResult;
import dev.firn.compaction.LateDeletes;
import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.index.KeyIndexes;
import dev.firn.run.RunFile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A finished compaction put in the place of its inputs.
 *
 * @param dead newly dead positions by file location: rows that the compaction's filter dropped or changed, in the
 *     inputs, and changed rows that were changed again meanwhile
 * @param changed new run files of rows that the filter changed
 */
record Installation(Levels levels, Map<String, PositionSet> dead, List<RunFile> changed, CompactionEdit edit) {

    /** @param result whose inputs are live in {@code levels} */
    static Installation of(CompactionResult result, Levels levels, KeyIndexes indexes) {
        Map<String, PositionSet> now = deadInInputs(result, levels);
        Map<String, PositionSet> late = LateDeletes.onto(result, now, indexes);
        Map<String, PositionSet> dead = new HashMap<>();
        result.dropped().forEach((location, positions) -> {
            PositionSet dying = positions.minus(now.getOrDefault(location, PositionSet.EMPTY));
            if (!dying.isEmpty()) {
                dead.put(location, dying);
            }
        });
        Map<String, PositionSet> inputs = deadInInputs(result, levels.killing(dead));
        Map<String, PositionSet> lateInOutputs = of(result.outputs(), late);
        dead.putAll(of(result.changed(), late));
        CompactionEdit edit = new CompactionEdit(
                inputs, result.outputs().stream().map(RunFile::file).toList(), lateInOutputs);
        Levels installed = levels.without(inputs.keySet())
                .with(live(result.outputs(), late))
                .with(live(result.changed(), late));
        return new Installation(installed, dead, result.changed(), edit);
    }

    private static Map<String, PositionSet> deadInInputs(CompactionResult result, Levels levels) {
        Map<String, PositionSet> dead = new HashMap<>();
        result.inputs()
                .forEach(input -> dead.put(
                        input.location(), levels.require(input.location()).dead()));
        return dead;
    }

    private static Map<String, PositionSet> of(List<RunFile> files, Map<String, PositionSet> late) {
        Map<String, PositionSet> dead = new HashMap<>();
        for (RunFile file : files) {
            PositionSet positions = late.getOrDefault(file.location(), PositionSet.EMPTY);
            if (!positions.isEmpty()) {
                dead.put(file.location(), positions);
            }
        }
        return dead;
    }

    private static List<LiveRun> live(List<RunFile> files, Map<String, PositionSet> late) {
        return files.stream()
                .map(file -> new LiveRun(file, late.getOrDefault(file.location(), PositionSet.EMPTY)))
                .toList();
    }
}
