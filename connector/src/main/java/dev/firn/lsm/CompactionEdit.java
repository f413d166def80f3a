package dev.firn.lsm;

import dev.firn.compaction.LateDeletes;
import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.index.KeyIndexes;
import dev.firn.run.RunFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.iceberg.DataFile;

/**
 * A finished compaction: the outputs hold the live rows of the inputs, and nothing else changes.
 *
 * @param inputs every input by location, with all of its dead positions as the outputs take them into account: those
 *     that were left out of the merge and those that are in {@code dead} now
 * @param outputs none if no row of the inputs was live
 * @param dead positions of the outputs, by location, whose rows died while they were merged; no empty sets
 */
public record CompactionEdit(Map<String, PositionSet> inputs, List<DataFile> outputs, Map<String, PositionSet> dead) {

    public CompactionEdit {
        inputs = Map.copyOf(inputs);
        outputs = List.copyOf(outputs);
        dead = Map.copyOf(dead);
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException("A compaction has inputs");
        }
    }

    /**
     * All dead positions of the outputs, by location, if the compaction is carried out on top of newer changes: those
     * that it knows, and the rows that died in the inputs since.
     *
     * @param now an input as it is by now, with all of its dead positions, by location; nothing if it is gone
     * @param indexes where such rows are looked for
     * @return nothing if the compaction is not right any more: an input is gone, or has got rows back
     */
    public Optional<Map<String, PositionSet>> deadOnTopOf(
            Function<String, Optional<LateDeletes.Rows>> now, KeyIndexes indexes) {
        List<LateDeletes.Rows> died = new ArrayList<>();
        for (var input : inputs.entrySet()) {
            Optional<LateDeletes.Rows> live = now.apply(input.getKey());
            if (live.isEmpty()
                    || !input.getValue().minus(live.get().positions()).isEmpty()) {
                return Optional.empty();
            }
            PositionSet since = live.get().positions().minus(input.getValue());
            died.add(new LateDeletes.Rows(live.get().file(), since));
        }
        return LateDeletes.onto(outputs, died, indexes).map(late -> {
            Map<String, PositionSet> all = new HashMap<>(dead);
            late.forEach((output, positions) -> all.merge(output, positions, PositionSet::union));
            return all;
        });
    }

    /** The runs with the outputs instead of the inputs, or as they are if it is not right for them. */
    Levels applyTo(Levels levels, KeyIndexes indexes) {
        return outputsOnTopOf(levels, indexes)
                .map(runs -> levels.without(inputs.keySet()).with(runs))
                .orElse(levels);
    }

    /** The outputs as they come in the place of inputs that are among these runs, if it is right for them. */
    Optional<List<LiveRun>> outputsOnTopOf(Levels levels, KeyIndexes indexes) {
        return deadOnTopOf(location -> levels.at(location).map(CompactionEdit::deadRows), indexes)
                .map(deadNow -> outputs.stream()
                        .map(output -> new LiveRun(
                                RunFile.of(output), deadNow.getOrDefault(output.location(), PositionSet.EMPTY)))
                        .toList());
    }

    private static LateDeletes.Rows deadRows(LiveRun live) {
        return new LateDeletes.Rows(live.run().file(), live.dead());
    }
}
