package dev.firn.lsm;

import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An immutable picture of one bucket: its runs and each run's dead positions. Every key is live in at most one run. */
public record Levels(List<LiveRun> runs) {

    public static final Levels EMPTY = new Levels(List.of());

    public Levels {
        runs = List.copyOf(runs);
    }

    Levels with(List<LiveRun> added) {
        List<LiveRun> all = new ArrayList<>(runs);
        all.addAll(added);
        return new Levels(all);
    }

    Levels without(List<String> locations) {
        return new Levels(
                runs.stream().filter(run -> !locations.contains(run.location())).toList());
    }

    /** @param dead newly dead positions by file location */
    Levels killing(Map<String, PositionSet> dead) {
        return new Levels(runs.stream()
                .map(run -> dead.containsKey(run.location()) ? run.killing(dead.get(run.location())) : run)
                .toList());
    }
}
