package dev.firn.compaction;

import dev.firn.compaction.CompactionChoice.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** With {@link CompactionStrategy#LEVELED}: reclaims the space of dead rows inside a file's own run. */
final class DeadRows {

    private final Landscape landscape;

    DeadRows(Landscape landscape) {
        this.landscape = landscape;
    }

    Stream<Candidate> candidates() {
        return landscape.runs().stream()
                .filter(run -> run.deadShare() >= ratio(run) && landscape.isFree(run))
                .map(run -> new Candidate(odds(run.deadShare()) / odds(ratio(run)), () -> choice(run)));
    }

    /** A file in a stack will soon be merged anyway, so it may wait until half as much is live. */
    private double ratio(RunShape run) {
        double ratio = landscape.options().deadRowsRatio();
        return landscape.isStacked(run.level()) ? (1 + ratio) / 2 : ratio;
    }

    /** Dead bytes gone for each live byte written again, which is what a log cleaner goes by. */
    private static double odds(double deadShare) {
        return deadShare / (1 - deadShare);
    }

    private Optional<CompactionChoice> choice(RunShape run) {
        @Nullable Draft draft = landscape.draft(List.of(run), run.level());
        return Optional.ofNullable(draft == null || landscape.isStacked(run.level()) ? draft : withNeighbours(draft))
                .map(found -> found.because(Reason.DEAD_ROWS, landscape.options()));
    }

    /** Dead-heavy neighbours come along, and others worth it until there is enough for a whole file. */
    private Draft withNeighbours(Draft alone) {
        List<RunShape> runs = landscape.level(alone.outputLevel()).runs();
        Draft best = alone;
        int begin = runs.indexOf(alone.inputs().get(0));
        int end = begin + 1;
        while (true) {
            List<RunShape> left = begin == 0 ? List.of() : List.of(runs.get(begin - 1));
            List<RunShape> right = end == runs.size() ? List.of() : List.of(runs.get(end));
            boolean goesLeft = share(left) >= share(right);
            Draft larger = worthy(best, goesLeft ? left : right);
            if (larger == null) {
                goesLeft = !goesLeft;
                larger = worthy(best, goesLeft ? left : right);
            }
            if (larger == null) {
                return best;
            }
            best = larger;
            begin -= goesLeft ? 1 : 0;
            end += goesLeft ? 0 : 1;
        }
    }

    private static double share(List<RunShape> oneOrNone) {
        return oneOrNone.isEmpty() ? -1 : oneOrNone.get(0).deadShare();
    }

    private @Nullable Draft worthy(Draft best, List<RunShape> oneOrNone) {
        if (oneOrNone.isEmpty()) {
            return null;
        }
        RunShape run = oneOrNone.get(0);
        boolean isDeadHeavy = run.deadShare() >= ratio(run);
        boolean fillsFile = Draft.live(best.inputs()) < landscape.targets().fileBytes()
                && (run.deadShare() >= ratio(run) / 2 || landscape.targets().isSmall(run));
        if (!isDeadHeavy && !fillsFile) {
            return null;
        }
        List<RunShape> inputs = new ArrayList<>(best.inputs());
        inputs.add(run);
        Draft larger = landscape.draft(inputs, best.outputLevel());
        return larger != null && landscape.canDescend(larger) ? larger : null;
    }
}
