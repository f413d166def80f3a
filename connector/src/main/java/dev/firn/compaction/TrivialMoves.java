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

    /** A small file goes only where it is alone at its keys: else it is better merged with its like first. */
    private int depth(RunShape run) {
        if (landscape.targets().isSmall(run) && !isAlone(run)) {
            return run.level();
        }
        int depth = run.level();
        while (depth < landscape.lastLevel()
                && landscape.level(depth + 1).overlapping(run.keys()).isEmpty()
                && !landscape.isBeingWritten(depth + 1, run.keys())) {
            depth++;
        }
        return depth;
    }

    private boolean isAlone(RunShape run) {
        return landscape.runs().stream()
                .noneMatch(other ->
                        !other.location().equals(run.location()) && other.keys().overlaps(run.keys()));
    }
}
