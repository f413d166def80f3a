package dev.firn.compaction;

import dev.firn.compaction.CompactionChoice.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Merges neighbours of one level that are all small. */
final class SmallFiles {

    /** Keeps the choice cheap in a bucket of thousands of tiny files. */
    private static final int MOST_FILES = 64;

    private final Landscape landscape;
    private final int most;

    SmallFiles(Landscape landscape) {
        this.landscape = landscape;
        most = Math.max(MOST_FILES, landscape.targets().runs());
    }

    Stream<Candidate> candidates() {
        return IntStream.rangeClosed(0, landscape.lastLevel())
                .boxed()
                .flatMap(level -> rows(level).stream()
                        .map(row -> new Candidate((double) row.size() / trigger(level), () -> choice(row)))
                        .filter(candidate -> candidate.score() >= 1));
    }

    /** Those in a stack are likely to be merged for their number first. */
    private int trigger(int level) {
        return landscape.targets().runs() * (landscape.isStacked(level) ? 2 : 1);
    }

    /** Each as many small files side by side as there are, up to a number. */
    private List<List<RunShape>> rows(int level) {
        List<List<RunShape>> rows = new ArrayList<>();
        List<RunShape> row = new ArrayList<>();
        for (RunShape run : landscape.level(level).runs()) {
            boolean isSmall = landscape.targets().isSmall(run) && landscape.isFree(run);
            if (!isSmall || row.size() == 4 * most) {
                rows.add(row);
                row = new ArrayList<>();
            }
            if (isSmall) {
                row.add(run);
            }
        }
        rows.add(row);
        return rows;
    }

    /** The neighbours of which the fewest bytes are written for each file less. */
    private Optional<CompactionChoice> choice(List<RunShape> row) {
        Draft best = null;
        double cost = Double.POSITIVE_INFINITY;
        for (int begin = 0; begin < row.size(); begin++) {
            Draft draft = widest(row.subList(begin, Math.min(row.size(), begin + most)));
            if (draft != null && cost(draft) < cost) {
                best = draft;
                cost = cost(draft);
            }
        }
        return Optional.ofNullable(best).map(draft -> draft.because(Reason.SMALL_FILES, landscape.options()));
    }

    private static double cost(Draft draft) {
        return Draft.live(draft.inputs()) / (draft.inputs().size() - 1.0);
    }

    /**
     * From the first file on as many as make one file of the target size, of which none is larger than all others: so
     * each merge doubles a file at least, and a row of tiny files is not merged with the same larger one again and
     * again.
     */
    private @Nullable Draft widest(List<RunShape> row) {
        int least = landscape.targets().runs();
        Draft largest = null;
        for (int end = 2; end <= row.size(); end++) {
            List<RunShape> inputs = row.subList(0, end);
            Draft draft = landscape.draft(inputs, row.get(0).level());
            if (draft == null || !landscape.canDescend(draft)) {
                return largest;
            }
            if (isDoubling(inputs)
                    && (end <= least
                            || Draft.live(inputs) <= landscape.targets().fileBytes())) {
                largest = draft;
            } else if (end > least) {
                break;
            }
        }
        return largest != null && largest.inputs().size() >= least ? largest : null;
    }

    private static boolean isDoubling(List<RunShape> inputs) {
        long largest = inputs.stream().mapToLong(RunShape::liveBytes).max().orElse(0);
        return 2 * largest <= Draft.live(inputs);
    }
}
