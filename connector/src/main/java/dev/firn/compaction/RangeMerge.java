package dev.firn.compaction;

import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.index.KeyIndex;
import dev.firn.index.RunStore;
import dev.firn.key.Key;
import dev.firn.run.RunFile;
import dev.firn.run.RunRows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.StructLike;
import org.jspecify.annotations.Nullable;

/**
 * The work of one worker of a job: merges what the inputs hold of a key range. It leaves no file behind if it fails.
 */
final class RangeMerge {

    private static final int CHANGED_LEVEL = 0;

    private final Compactor compactor;
    private final Meter meter;
    private final int lastUpdatedColumn;
    private final Map<String, PositionSet.Builder> dropped = new HashMap<>();

    /** A live row that is to be written or dropped. */
    private record Candidate(String location, long position, StructLike row) {}

    /** @param compactor metered */
    RangeMerge(Compactor compactor, Meter meter) {
        this.compactor = compactor;
        this.meter = meter;
        this.lastUpdatedColumn = compactor.store().format().schema().columns().size() + 1;
    }

    MergedRuns run(List<LiveRun> inputs, int level, KeyRange range) throws IOException {
        RunStore store = compactor.store();
        long expectedRows = rowsPerFile(inputs, store.storage().targetFileBytes());
        try (MergeIterator rows = new MergeIterator(open(inputs, range));
                RunOutputs outputs = new RunOutputs(store, level, RunRows::lineage, expectedRows);
                RunOutputs changed = new RunOutputs(store, CHANGED_LEVEL, RunRows::internal, expectedRows)) {
            merge(rows, outputs, changed);
            return finish(outputs, changed);
        }
    }

    private List<SortedRows> open(List<LiveRun> inputs, KeyRange range) throws IOException {
        List<SortedRows> rows = new ArrayList<>();
        try {
            for (LiveRun input : inputs) {
                meter.check();
                KeyIndex index =
                        compactor.store().storage().indexes().index(input.run().file());
                rows.add(
                        index.sorted()
                                ? SortedRun.of(input, index, range, compactor.reader())
                                : RunSort.sort(input, range, compactor, meter));
            }
            return rows;
        } catch (IOException | RuntimeException e) {
            for (SortedRows opened : rows) {
                opened.close();
            }
            throw e;
        }
    }

    private void merge(MergeIterator rows, RunOutputs outputs, RunOutputs changed) throws IOException {
        boolean more = rows.next();
        while (more) {
            meter.check();
            Key key = rows.key();
            Candidate live = candidate(rows);
            more = rows.next();
            while (more && rows.key().equals(key)) {
                live = newer(live, candidate(rows));
                more = rows.next();
            }
            RowFilter.Verdict verdict = compactor.filter().judge(live.row());
            if (verdict instanceof RowFilter.Verdict.Keep) {
                outputs.append(key, live.row());
            } else {
                drop(live);
                if (verdict instanceof RowFilter.Verdict.Change change) {
                    changed.append(key, change.row());
                }
            }
        }
    }

    private static Candidate candidate(MergeIterator rows) throws IOException {
        return new Candidate(rows.location(), rows.position(), rows.row());
    }

    /**
     * Of two live rows of a key, which other writers can bring about, the one that was committed last; the other one is
     * dropped.
     */
    private Candidate newer(Candidate first, Candidate second) {
        boolean secondIsOlder = lastUpdated(second) < lastUpdated(first);
        drop(secondIsOlder ? second : first);
        return secondIsOlder ? first : second;
    }

    private long lastUpdated(Candidate candidate) {
        @Nullable Long sequenceNumber = candidate.row().get(lastUpdatedColumn, Long.class);
        return sequenceNumber == null ? Long.MAX_VALUE : sequenceNumber;
    }

    private void drop(Candidate candidate) {
        dropped.computeIfAbsent(candidate.location(), location -> PositionSet.builder())
                .add(candidate.position());
    }

    private MergedRuns finish(RunOutputs outputs, RunOutputs changed) throws IOException {
        List<RunFile> merged = outputs.finish();
        try {
            return new MergedRuns(
                    merged,
                    dropped.entrySet().stream()
                            .collect(Collectors.toMap(
                                    Map.Entry::getKey, entry -> entry.getValue().build())),
                    changed.finish());
        } catch (IOException | RuntimeException e) {
            merged.forEach(run -> MergedRuns.delete(run, compactor.store().storage()));
            throw e;
        }
    }

    private static long rowsPerFile(List<LiveRun> inputs, long targetFileBytes) {
        long rows = inputs.stream().mapToLong(input -> input.run().rows()).sum();
        long bytes = inputs.stream()
                .mapToLong(input -> input.run().file().fileSizeInBytes())
                .sum();
        long live = inputs.stream().mapToLong(LiveRun::liveRows).sum();
        long rowsInTarget = (long) ((double) rows * targetFileBytes / Math.max(bytes, 1));
        return Math.max(1, Math.min(live, rowsInTarget));
    }
}
