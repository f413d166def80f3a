package dev.firn.lsm;

import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.DataFile;

/** An immutable picture of one bucket: its runs and each run's dead positions. Every key is live in at most one run. */
public record Levels(List<LiveRun> runs) {

    public static final Levels EMPTY = new Levels(List.of());

    /** What a run takes beside its dead positions: its data file's metadata and its open index. Measured. */
    static final long RUN_BYTES = 2_300;

    public Levels {
        runs = List.copyOf(runs);
    }

    /** About the heap that this takes, with the runs' open indexes. */
    public long heapBytes() {
        return runs.stream()
                .mapToLong(run -> RUN_BYTES + run.dead().sizeInBytes())
                .sum();
    }

    public Levels with(List<LiveRun> added) {
        List<LiveRun> all = new ArrayList<>(runs);
        all.addAll(added);
        return new Levels(all);
    }

    List<DataFile> files() {
        return runs.stream().map(live -> live.run().file()).toList();
    }

    Levels without(Collection<String> locations) {
        return new Levels(
                runs.stream().filter(run -> !locations.contains(run.location())).toList());
    }

    Optional<LiveRun> at(String location) {
        return runs.stream().filter(run -> run.location().equals(location)).findFirst();
    }

    LiveRun require(String location) {
        return at(location).orElseThrow(() -> new IllegalStateException("Not a live run: " + location));
    }

    /** @param landed files by location, as the table's metadata have them since their commit */
    Levels landed(Map<String, DataFile> landed) {
        return landed.isEmpty()
                ? this
                : new Levels(runs.stream()
                        .map(run -> landed.containsKey(run.location()) ? run.landed(landed.get(run.location())) : run)
                        .toList());
    }

    /** @param levels of runs, by location; the others stay where they are */
    Levels at(Map<String, Integer> levels) {
        return new Levels(runs.stream()
                .map(run -> run.at(levels.getOrDefault(run.location(), run.run().level())))
                .toList());
    }

    /** @param dead newly dead positions by file location */
    Levels killing(Map<String, PositionSet> dead) {
        return new Levels(runs.stream()
                .map(run -> dead.containsKey(run.location()) ? run.killing(dead.get(run.location())) : run)
                .toList());
    }
}
