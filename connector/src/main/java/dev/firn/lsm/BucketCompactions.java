package dev.firn.lsm;

import dev.firn.compaction.CompactionChoice;
import dev.firn.compaction.CompactionDebt;
import dev.firn.compaction.CompactionJob;
import dev.firn.compaction.CompactionOptions;
import dev.firn.compaction.CompactionPicker;
import dev.firn.compaction.CompactionResult;
import dev.firn.compaction.KeySpan;
import dev.firn.compaction.LevelAssignment;
import dev.firn.compaction.Reservation;
import dev.firn.compaction.Reservations;
import dev.firn.compaction.RowFilter;
import dev.firn.compaction.RunShape;
import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.index.KeyIndexes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The compactions of one bucket that are under way. Chooses what to compact, has it done in the background and hands
 * over what is finished. Used by the bucket's thread alone.
 */
final class BucketCompactions {

    private static final Logger LOG = LoggerFactory.getLogger(BucketCompactions.class);
    private static final int MOST_ROUNDS_SAT_OUT = 64;

    private final CompactionSetup setup;
    private final Picker picker;
    private final KeyIndexes indexes;
    private final BucketCounters counters;
    private final SpaceGate gate;
    private final List<Running> running = new ArrayList<>();
    private int failures;
    private long turn;
    private int roundsToSitOut;

    /** Whether the last round ended for want of a thread. */
    private boolean waiting;

    private record Running(
            CompactionJob job, Reservation reservation, CompactionChoice.Merge merge, Stopwatch stopwatch) {}

    /** How long a merge took, and how long its result waited. Any thread. */
    private static final class Stopwatch {

        private final long start = System.nanoTime();
        private volatile long end = start;

        void stop() {
            end = System.nanoTime();
        }

        long millis() {
            return Duration.ofNanos(end - start).toMillis();
        }

        long millisSinceStop() {
            return Duration.ofNanos(System.nanoTime() - end).toMillis();
        }
    }

    /**
     * What became of the levels.
     *
     * @param drops files without a live row, which are not among the levels any more
     */
    record Advance(Levels levels, List<CompactionEdit> drops) {}

    /** Chooses what to compact: a pure function. */
    @FunctionalInterface
    interface Picker {
        CompactionChoice choose(List<RunShape> runs, Reservations reserved, CompactionOptions options);
    }

    BucketCompactions(CompactionSetup setup, Picker picker, KeyIndexes indexes, BucketCounters counters) {
        this.setup = setup;
        this.picker = picker;
        this.counters = counters;
        this.indexes = indexes;
        this.gate = new SpaceGate(indexes, counters);
    }

    /** Levels as they follow from the files alone, whatever their names say. */
    Levels assign(Levels levels) {
        return levels.at(LevelAssignment.assign(
                RunShapes.of(levels, indexes), setup.options().strategy()));
    }

    /**
     * The results that are ready and fit these levels. Those that do not fit any more are thrown away, and a merge that
     * failed is tried again later.
     */
    List<CompactionResult> takeFinished(Levels levels) {
        List<CompactionResult> finished = new ArrayList<>();
        for (Running merge : List.copyOf(running)) {
            if (merge.job().isDone()) {
                running.remove(merge);
                take(merge, levels, finished);
            }
        }
        return finished;
    }

    private void take(Running merge, Levels levels, List<CompactionResult> finished) {
        boolean fits = fits(merge.job().inputs(), levels);
        try {
            CompactionResult result = merge.job().result();
            if (fits) {
                finished.add(result);
                counters.compacted(result);
                counters.dropped(result.dropped());
                log(merge, result);
            } else {
                result.discard();
                counters.compactionDiscarded();
            }
            failures = 0;
        } catch (CancellationException e) {
            counters.compactionDiscarded();
        } catch (IOException | RuntimeException e) {
            if (fits) {
                failed(e);
            } else {
                LOG.debug("A compaction whose inputs are gone was given up", e);
                counters.compactionDiscarded();
            }
        }
    }

    private void failed(Exception problem) {
        failures++;
        counters.compactionFailed();
        roundsToSitOut = Math.min(1 << Math.min(failures, 30), MOST_ROUNDS_SAT_OUT);
        LOG.warn(
                "A compaction failed, the {}. in a row; the next one starts in {} rounds",
                failures,
                roundsToSitOut,
                problem);
    }

    private static void log(Running merge, CompactionResult result) {
        LOG.info(
                "Compacted reason={} level={} inputs={} outputs={} bytes-read={} bytes-written={} millis={} waited-millis={}"
                        + " first-input={}",
                merge.merge().reason(),
                merge.merge().outputLevel(),
                result.inputs().size(),
                result.outputs().size(),
                result.bytesRead(),
                result.bytesWritten(),
                merge.stopwatch().millis(),
                merge.stopwatch().millisSinceStop(),
                merge.merge().inputs().get(0));
    }

    /**
     * How far it is behind: what merges may take now, or are at. Files that no commit was seen of do not count, nor
     * does what finished merges will take away.
     */
    CompactionDebt debt(Levels levels) {
        Set<String> taken = inputs(running.stream().filter(merge -> merge.job().isDone()));
        Levels left = new Levels(levels.runs().stream()
                .filter(run -> run.isCommitted() && !taken.contains(run.location()))
                .toList());
        return CompactionDebt.of(RunShapes.of(left, indexes, filterNow()), setup.options());
    }

    private static Set<String> inputs(Stream<Running> merges) {
        return merges.flatMap(merge -> merge.reservation().inputs().stream()).collect(Collectors.toSet());
    }

    /** Whether every input is live still, with every row dead that was left out of the merge. */
    private static boolean fits(List<LiveRun> inputs, Levels levels) {
        return inputs.stream()
                .allMatch(input -> levels.at(input.location())
                        .filter(now -> input.dead().minus(now.dead()).isEmpty())
                        .isPresent());
    }

    /** Gives up the merges whose inputs are gone. */
    void cancelStale(Levels levels) {
        for (Running merge : running) {
            if (!fits(merge.job().inputs(), levels)) {
                merge.job().cancel();
            }
        }
    }

    private RowFilter filterNow() {
        return setup.compactors().get().filter().atStart();
    }

    /**
     * The live positions of committed files that the filter would drop as a whole, by location: they die without being
     * read. Files that are being merged are left to the merge.
     */
    Map<String, PositionSet> expired(Levels levels) {
        RowFilter filter = filterNow();
        Set<String> merging = inputs(running.stream());
        Map<String, PositionSet> expired = new HashMap<>();
        for (LiveRun run : levels.runs()) {
            if (run.liveRows() > 0
                    && run.isCommitted()
                    && !merging.contains(run.location())
                    && filter.foreseenDrops(run.run().file()) == run.run().rows()) {
                expired.put(run.location(), PositionSet.below(run.run().rows()).minus(run.dead()));
            }
        }
        if (!expired.isEmpty()) {
            counters.dropped(expired);
            LOG.info("All rows of {} files have expired", expired.size());
        }
        return expired;
    }

    /** Starts what is worth it, as far as threads are free. */
    Advance advance(Levels levels) {
        Levels now = levels;
        waiting = false;
        List<CompactionEdit> drops = new ArrayList<>();
        if (roundsToSitOut > 0) {
            roundsToSitOut--;
            return new Advance(now, drops);
        }
        RowFilter filter = filterNow();
        gate.beginRound(setup.options().limits());
        while (true) {
            CompactionChoice choice = choose(now, filter);
            if (choice instanceof CompactionChoice.Drop drop) {
                drops.add(new CompactionEdit(
                        Map.of(drop.location(), now.require(drop.location()).dead()), List.of(), Map.of()));
                now = now.without(Set.of(drop.location()));
            } else if (choice instanceof CompactionChoice.Move move) {
                now = now.at(Map.of(move.location(), move.outputLevel()));
            } else if (!(choice instanceof CompactionChoice.Merge merge) || !start(merge, now)) {
                return new Advance(now, drops);
            }
        }
    }

    /** What the picker finds, and otherwise a file with a row that should have been dropped by now. */
    private CompactionChoice choose(Levels levels, RowFilter filter) {
        List<RunShape> shapes = RunShapes.of(levels, indexes, filter);
        Reservations reserved = reservations(levels);
        CompactionOptions options = setup.options().withLimits(gate.limits());
        CompactionChoice choice = picker.choose(shapes, reserved, options);
        if (!(choice instanceof CompactionChoice.Nothing)) {
            return choice;
        }
        return levels.runs().stream()
                .filter(run -> filter.isOverdue(run.run().file()))
                .map(run -> CompactionPicker.rewrite(run.location(), shapes, reserved, options))
                .filter(CompactionChoice.Merge.class::isInstance)
                .findFirst()
                .orElse(choice);
    }

    /** @return whether there may be something else to start */
    private boolean start(CompactionChoice.Merge merge, Levels levels) {
        if (setup.threads().areBusy()) {
            waiting = true;
            return false;
        }
        List<LiveRun> inputs = merge.inputs().stream().map(levels::require).toList();
        KeySpan keys = RunShapes.of(new Levels(inputs), indexes).stream()
                .map(RunShape::keys)
                .reduce(KeySpan::hull)
                .orElseThrow();
        OptionalLong space = gate.reserve(merge, inputs);
        if (space.isEmpty()) {
            return gate.mayAskAgain();
        }
        if (!setup.threads().tryReserve()) {
            gate.release(space.getAsLong());
            waiting = true;
            return false;
        }
        turn = setup.threads().started();
        CompactionJob job = CompactionJob.start(
                setup.compactors().get(),
                inputs,
                merge.outputLevel(),
                merge.cuts(),
                setup.threads().executor());
        Stopwatch stopwatch = new Stopwatch();
        running.add(new Running(
                job, new Reservation(Set.copyOf(merge.inputs()), merge.outputLevel(), keys), merge, stopwatch));
        job.whenDone(() -> {
            stopwatch.stop();
            gate.release(space.getAsLong());
            setup.threads().release();
        });
        LOG.debug("Compacting {} files to level {}: {}", inputs.size(), merge.outputLevel(), merge.reason());
        return true;
    }

    /** Whether nothing is being merged, and nothing is to be that a later round could begin with these levels. */
    boolean isAtRest() {
        return running.isEmpty() && !waiting && roundsToSitOut == 0;
    }

    /** The higher, the shorter ago a merge of this bucket was started; 0 if none was. */
    long turn() {
        return turn;
    }

    private Reservations reservations(Levels levels) {
        Set<String> uncommitted = levels.runs().stream()
                .filter(run -> !run.isCommitted())
                .map(LiveRun::location)
                .collect(Collectors.toSet());
        return new Reservations(
                gate.andPutOff(uncommitted),
                running.stream().map(Running::reservation).toList());
    }

    /** Whether a merge is under way, or finished and not taken over yet. */
    boolean isWorking() {
        return !running.isEmpty();
    }

    /** How many merges have failed since the last one that did not. */
    int failuresInARow() {
        return failures;
    }

    /** The files that are being merged. */
    Set<String> inWork() {
        return inputs(running.stream());
    }

    /** Gives up everything, without waiting for it. */
    void cancel() {
        for (Running merge : running) {
            merge.job().cancel();
            merge.job().whenDone(() -> discard(merge.job()));
        }
        running.clear();
    }

    private static void discard(CompactionJob job) {
        try {
            job.result().discard();
        } catch (IOException | RuntimeException e) {
            LOG.debug("A compaction that was given up left nothing behind", e);
        }
    }
}
