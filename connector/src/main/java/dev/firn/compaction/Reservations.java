package dev.firn.compaction;

import java.util.List;
import java.util.Set;

/**
 * What no choice may touch now.
 *
 * @param uncommitted locations of files that are live but whose commit has not been seen, so they can be no input yet
 * @param running the merges under way, and those finished whose result is not yet among the runs
 */
public record Reservations(Set<String> uncommitted, List<Reservation> running) {

    public static final Reservations NONE = new Reservations(Set.of(), List.of());

    public Reservations {
        uncommitted = Set.copyOf(uncommitted);
        running = List.copyOf(running);
    }

    boolean areFree(RunShape run) {
        return !uncommitted.contains(run.location()) && !areTaking(run);
    }

    boolean areTaking(RunShape run) {
        return running.stream().anyMatch(merge -> merge.inputs().contains(run.location()));
    }

    /** Whether a running merge may write to this level within this span. */
    boolean areWriting(int level, KeySpan keys) {
        return running.stream()
                .anyMatch(merge -> merge.outputLevel() == level && merge.keys().overlaps(keys));
    }
}
