package dev.firn.compaction;

import dev.firn.compaction.CompactionChoice.Merge;
import dev.firn.compaction.CompactionChoice.Reason;
import dev.firn.key.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * With {@link CompactionStrategy#LEVELED}: merges files of a level that holds more than its target into the next, where
 * a written byte brings most.
 */
final class LargeLevels {

    /** How many neighbours go down together at most: enough that the files cut in half at both ends weigh little. */
    private static final int NEIGHBOURS = 8;

    private final Landscape landscape;

    LargeLevels(Landscape landscape) {
        this.landscape = landscape;
    }

    Stream<Candidate> candidates() {
        int last = landscape.lastLevel();
        return IntStream.range(1, last)
                .mapToObj(level -> candidate(landscape.level(level).runs(), level + 1))
                .filter(candidate -> candidate.score() > 1);
    }

    private Candidate candidate(List<RunShape> runs, int outputLevel) {
        List<RunShape> staying = runs.stream().filter(landscape::isStaying).toList();
        double target = landscape.targets().bytes(outputLevel - 1, landscape.lastLevel(), landscape.liveBytes());
        return new Candidate(Draft.live(staying) / target, () -> choice(runs, outputLevel));
    }

    private Optional<CompactionChoice> choice(List<RunShape> runs, int outputLevel) {
        Draft best = null;
        double worth = 0;
        for (int begin = 0; begin < runs.size(); begin++) {
            for (int end = begin + 1; end <= Math.min(runs.size(), begin + NEIGHBOURS); end++) {
                Draft draft = landscape.draft(runs.subList(begin, end), outputLevel);
                if (draft == null) {
                    break;
                }
                draft = withAllWithin(draft, runs);
                if (draft.worth() > worth) {
                    worth = draft.worth();
                    best = draft;
                }
            }
        }
        return best == null
                ? runs.stream()
                        .flatMap(run -> narrower(run, outputLevel).stream())
                        .findFirst()
                : Optional.of(best.because(Reason.LEVEL_SIZE, landscape.options()));
    }

    /** Takes along what lies between the same keys, as long as that pulls in nothing more. */
    private Draft withAllWithin(Draft draft, List<RunShape> runs) {
        KeySpan reach = Draft.hull(draft.inputs());
        List<RunShape> inputs = new ArrayList<>(draft.inputs());
        for (RunShape run : runs) {
            if (run.keys().first().compareTo(reach.last()) > 0) {
                break;
            }
            if (reach.covers(run.keys()) && landscape.isFree(run) && !inputs.contains(run)) {
                inputs.add(run);
            }
        }
        return landscape.fits(inputs) ? new Draft(inputs, draft.outputLevel()) : draft;
    }

    /** Only its width keeps the file from going down: it is cut where files below it begin. */
    private Optional<CompactionChoice> narrower(RunShape run, int outputLevel) {
        Draft tooLarge = landscape.draftOfAnySize(List.of(run), outputLevel);
        if (tooLarge == null
                || landscape.fits(tooLarge.inputs())
                || landscape.draft(List.of(run), run.level()) == null) {
            return Optional.empty();
        }
        List<RunShape> below =
                tooLarge.inputs().stream().filter(other -> !other.equals(run)).toList();
        List<Key> cuts = Cuts.above(run, below, landscape.options().limits());
        return cuts.isEmpty()
                ? Optional.empty()
                : Optional.of(new Merge(List.of(run.location()), run.level(), cuts, Reason.WIDE_FILE));
    }
}
