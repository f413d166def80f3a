package dev.firn.compaction;

import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.index.KeyIndex;
import dev.firn.index.RunStore;
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

    /** One of several live rows of a key. */
    private record Candidate(String location, long position, StructLike row) {}

    /** @param compactor metered */
    RangeMerge(Compactor compactor, Meter meter) {
        this.compactor = compactor;
        this.meter = meter;
        this.lastUpdatedColumn = compactor.store().format().schema().columns().size() + 1;
    }

    MergedRuns run(List<LiveRun> inputs, int level, KeyRange range) throws IOException {
        return compactor.treatment() instanceof Compactor.Treatment.Divided divided
                ? divide(divided.division(), inputs, level, range)
                : mergeInPlace(inputs, level, range);
    }

    /** Reads the inputs once more for each {@value DividedOutputs#MOST_PARTITIONS} partitions. */
    private MergedRuns divide(Division division, List<LiveRun> inputs, int level, KeyRange range) throws IOException {
        RunStore store = compactor.store();
        long rows = rowsPerFile(inputs, store.storage().targetFileBytes());
        long expectedRows = Math.max(1, rows / division.partitions());
        MergedRuns merged = MergedRuns.NONE;
        try {
            boolean more = true;
            for (int written = 0; more; written += DividedOutputs.MOST_PARTITIONS) {
                try (MergeIterator inputRows = new MergeIterator(open(inputs, range));
                        DividedOutputs outputs = new DividedOutputs(division, store, level, expectedRows, written);
                        RunOutputs changed = new RunOutputs(store, CHANGED_LEVEL, RunRows::internal, expectedRows)) {
                    merge(inputRows, outputs, changed);
                    more = outputs.arePartial();
                    merged = merged.and(finish(outputs, changed));
                }
            }
            return merged;
        } catch (IOException | RuntimeException | Error e) {
            merged.delete(store.storage());
            throw e;
        }
    }

    private MergedRuns mergeInPlace(List<LiveRun> inputs, int level, KeyRange range) throws IOException {
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

    private void merge(MergeIterator rows, MergeOutputs outputs, RunOutputs changed) throws IOException {
        KeptKey key = new KeptKey();
        boolean more = rows.next();
        while (more) {
            meter.check();
            key.keep(rows.key());
            String location = rows.location();
            long position = rows.position();
            StructLike row = rows.row();
            more = rows.next();
            if (more && key.is(rows.key())) {
                Candidate live = new Candidate(location, position, row);
                do {
                    live = newer(live, candidate(rows));
                    more = rows.next();
                } while (more && key.is(rows.key()));
                location = live.location();
                position = live.position();
                row = live.row();
            }
            RowFilter.Verdict verdict = compactor.filter().judge(row);
            if (verdict instanceof RowFilter.Verdict.Keep) {
                outputs.append(key.view(), row);
            } else {
                drop(location, position);
                if (verdict instanceof RowFilter.Verdict.Change change) {
                    changed.append(key.view(), change.row());
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
        Candidate older = secondIsOlder ? second : first;
        drop(older.location(), older.position());
        return secondIsOlder ? first : second;
    }

    private long lastUpdated(Candidate candidate) {
        @Nullable Long sequenceNumber = candidate.row().get(lastUpdatedColumn, Long.class);
        return sequenceNumber == null ? Long.MAX_VALUE : sequenceNumber;
    }

    private void drop(String location, long position) {
        dropped.computeIfAbsent(location, file -> PositionSet.builder()).add(position);
    }

    private MergedRuns finish(MergeOutputs outputs, RunOutputs changed) throws IOException {
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
