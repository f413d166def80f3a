package dev.firn.compaction;

import dev.firn.compaction.CompactionChoice.Merge;
import dev.firn.compaction.CompactionChoice.Reason;
import dev.firn.key.Key;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Moves files of a level that holds more than its target down to the next, where it costs least. */
final class LargeLevels {

    /** How many neighbours go down together at most: enough that the files cut in half at both ends weigh little. */
    private static final int NEIGHBOURS = 8;

    private final Landscape landscape;

    LargeLevels(Landscape landscape) {
        this.landscape = landscape;
    }

    Stream<Candidate> candidates() {
        return IntStream.range(1, landscape.lastLevel())
                .filter(level -> !landscape.isStacked(level))
                .mapToObj(level -> new Candidate(score(level), () -> choice(level)))
                .filter(candidate -> candidate.score() > 1);
    }

    private double score(int level) {
        List<RunShape> staying = landscape.level(level).runs().stream()
                .filter(landscape::isStaying)
                .toList();
        return Draft.live(staying) / landscape.targets().bytes(level, landscape.lastLevel(), landscape.liveBytes());
    }

    private Optional<CompactionChoice> choice(int level) {
        List<RunShape> runs = landscape.level(level).runs();
        Draft best = null;
        double worth = 0;
        for (int begin = 0; begin < runs.size(); begin++) {
            for (int end = begin + 1; end <= Math.min(runs.size(), begin + NEIGHBOURS); end++) {
                List<RunShape> chosen = runs.subList(begin, end);
                Draft draft = landscape.draft(chosen, level + 1);
                if (draft == null) {
                    break;
                }
                if (draft.worth(chosen) > worth) {
                    worth = draft.worth(chosen);
                    best = draft;
                }
            }
        }
        return best == null
                ? runs.stream().flatMap(run -> narrower(run).stream()).findFirst()
                : Optional.of(best.because(Reason.LEVEL_SIZE, landscape.options()));
    }

    /** Only its width keeps the file from going down: it is cut where files below it begin. */
    private Optional<CompactionChoice> narrower(RunShape run) {
        @Nullable Draft tooLarge = landscape.draftOfAnySize(List.of(run), run.level() + 1);
        if (tooLarge == null || landscape.isBeingWritten(run.level(), run.keys())) {
            return Optional.empty();
        }
        List<RunShape> below =
                tooLarge.inputs().stream().filter(other -> !other.equals(run)).toList();
        List<Key> cuts = Cuts.above(run, below, landscape.options().limits().bytes() / 2);
        return Optional.of(new Merge(
                List.of(run.location()),
                run.level(),
                cuts.isEmpty() ? halving(run, below) : cuts,
                Reason.WIDE_FILE));
    }

    /** For a merge of too many rows, though not too many bytes. */
    private static List<Key> halving(RunShape run, List<RunShape> below) {
        List<Key> begins = below.stream()
                .map(other -> other.keys().first())
                .filter(key -> key.compareTo(run.keys().first()) > 0)
                .sorted()
                .toList();
        return List.of(begins.get(begins.size() / 2));
    }
}
