package dev.firn.compaction;

import dev.firn.compaction.CompactionChoice.Move;
import java.util.Comparator;
import java.util.Optional;

/** Counts files to a deeper level where nothing is in their way. */
final class TrivialMoves {

    private final Landscape landscape;

    TrivialMoves(Landscape landscape) {
        this.landscape = landscape;
    }

    /** The largest file that can go, as deep as it can. */
    Optional<CompactionChoice> choice() {
        return landscape.runs().stream()
                .filter(run -> landscape.isFree(run) && depth(run) > run.level())
                .max(Comparator.comparingLong(RunShape::liveBytes).thenComparing(Level.ORDER.reversed()))
                .map(run -> new Move(run.location(), depth(run)));
    }

    private int depth(RunShape run) {
        int depth = run.level();
        while (depth < landscape.lastLevel()
                && mayLeave(run)
                && landscape.level(depth + 1).overlapping(run.keys()).isEmpty()
                && !landscape.isBeingWritten(depth + 1, run.keys())) {
            depth++;
        }
        return landscape.isStacked(depth) ? run.level() : depth;
    }

    /**
     * A small file goes only where it is alone at its keys, and one of a stack only where it is none of its like: they
     * are better merged first.
     */
    private boolean mayLeave(RunShape run) {
        if (landscape.targets().isSmall(run)) {
            return landscape.runs().stream().noneMatch(other -> isOverlapping(run, other));
        }
        return !landscape.isStacked(run.level())
                || landscape.level(run.level()).overlapping(run.keys()).stream()
                        .filter(other -> isOverlapping(run, other))
                        .allMatch(run::dwarfs);
    }

    private static boolean isOverlapping(RunShape run, RunShape other) {
        return !other.location().equals(run.location()) && other.keys().overlaps(run.keys());
    }
}
