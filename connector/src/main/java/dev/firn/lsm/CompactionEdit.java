package dev.firn.lsm;

import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.run.RunFile;
import java.util.List;
import java.util.Map;
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

    /** Whether it is right for these runs: every input is among them, with just the dead rows that it counts on. */
    boolean fits(Levels levels) {
        return inputs.entrySet().stream()
                .allMatch(input -> levels.at(input.getKey())
                        .filter(live -> live.dead().equals(input.getValue()))
                        .isPresent());
    }

    Levels applyTo(Levels levels) {
        return levels.without(inputs.keySet())
                .with(outputs.stream()
                        .map(output -> new LiveRun(
                                RunFile.of(output), dead.getOrDefault(output.location(), PositionSet.EMPTY)))
                        .toList());
    }
}
