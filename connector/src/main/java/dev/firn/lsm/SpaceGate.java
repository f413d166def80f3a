package dev.firn.lsm;

import dev.firn.compaction.CompactionChoice;
import dev.firn.compaction.JobLimits;
import dev.firn.dv.LiveRun;
import dev.firn.index.KeyIndex;
import dev.firn.index.KeyIndexes;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets merges begin for whose indexes there is room on the local disk. Instead of one that is too large a smaller one
 * is to be chosen; one that cannot be smaller is put off. Used by the bucket's thread alone.
 */
final class SpaceGate {

    private static final Logger LOG = LoggerFactory.getLogger(SpaceGate.class);
    private static final int MOST_REFUSALS = 4;

    private final KeyIndexes indexes;
    private final BucketCounters counters;
    private JobLimits limits = new JobLimits(Long.MAX_VALUE, Long.MAX_VALUE, 1);
    private boolean narrowed;
    private int refusals;

    private final Set<String> putOff = new HashSet<>();
    private Set<List<String>> refused = new HashSet<>();
    private Set<List<String>> refusedBefore = Set.of();

    SpaceGate(KeyIndexes indexes, BucketCounters counters) {
        this.indexes = indexes;
        this.counters = counters;
    }

    /** Forgets what the last round of choices was refused. */
    void beginRound(JobLimits wanted) {
        limits = wanted;
        narrowed = false;
        refusals = 0;
        putOff.clear();
        refusedBefore = refused;
        refused = new HashSet<>();
    }

    /** Those of the round's next choice. */
    JobLimits limits() {
        return limits;
    }

    /** These files, and those that the round's next choice has to leave alone too. */
    Set<String> andPutOff(Set<String> locations) {
        Set<String> all = new HashSet<>(locations);
        all.addAll(putOff);
        return all;
    }

    /** Whether it is worth the while to choose again after a refusal. */
    boolean mayAskAgain() {
        return refusals < MOST_REFUSALS;
    }

    /**
     * @return the bytes reserved, to be {@linkplain #release released} when the merge is done; empty if it is refused
     */
    OptionalLong reserve(CompactionChoice.Merge merge, List<LiveRun> inputs) {
        long bytes = inputs.stream().mapToLong(this::bytes).sum();
        // A file that is too wide for the narrowed limits alone is not worth cutting.
        boolean isUseless = narrowed && merge.reason() == CompactionChoice.Reason.WIDE_FILE;
        if (!isUseless && indexes.space().tryReserve(bytes)) {
            return OptionalLong.of(bytes);
        }
        refusals++;
        long room = indexes.space().room();
        long rows = inputs.stream().mapToLong(input -> input.run().rows()).sum();
        boolean canBeSmaller = inputs.size() > 2;
        if (canBeSmaller) {
            long fitting = (long) ((double) rows * room / bytes);
            limits = limits.withRows(Math.max(1, Math.min(fitting, rows - 1)));
            narrowed = true;
            counters.compactionNarrowed();
        } else {
            putOff.addAll(merge.inputs());
            counters.compactionPostponed();
        }
        refused.add(merge.inputs());
        if (!refusedBefore.contains(merge.inputs())) {
            LOG.info(
                    "Short of local disk outcome={} reason={} level={} inputs={} rows={} index-bytes={} room-bytes={}"
                            + " first-input={}",
                    canBeSmaller ? "narrowed" : "put-off",
                    merge.reason(),
                    merge.outputLevel(),
                    inputs.size(),
                    rows,
                    bytes,
                    room,
                    merge.inputs().get(0));
        }
        return OptionalLong.empty();
    }

    /** Any thread. */
    void release(long bytes) {
        indexes.space().release(bytes);
    }

    /** About what a file's live rows add to the indexes of outputs; sorting an unsorted file needs its rows locally. */
    private long bytes(LiveRun run) {
        KeyIndex index = indexes.index(run.run().file());
        long ofLiveRows = (long) Math.ceil((double) index.localBytes()
                * run.liveRows()
                / Math.max(1, run.run().rows()));
        return index.sorted()
                ? ofLiveRows
                : ofLiveRows + index.localBytes() + run.run().file().fileSizeInBytes();
    }
}
