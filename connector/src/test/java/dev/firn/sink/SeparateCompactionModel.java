package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.feed.FeedReplay;
import dev.firn.iceberg.CompactionCommitter;
import dev.firn.iceberg.FaultyCatalog;
import dev.firn.iceberg.FaultyCatalog.Fault;
import dev.firn.iceberg.FaultyCatalog.SimulatedCrash;
import dev.firn.iceberg.ForeignWriter;
import dev.firn.iceberg.SnapshotInvariants;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StructLike;
import org.jspecify.annotations.Nullable;

/**
 * A sink that does not compact, two subtasks of a compaction job and now and then a second job, and another engine that
 * deletes and rewrites: each may commit before, between and within the commits of the others, fail and crash. A map to
 * which every commit applies its changes tells what each snapshot must hold.
 */
final class SeparateCompactionModel implements AutoCloseable {

    private static final int STEPS = 40;

    private final Random random;
    private final Path localDisk;
    private final FaultyCatalog catalog;
    private final ForeignWriter foreign;
    private final int keys;
    private final SinkConfig sinkConfig;
    private final CompactionConfig compaction;
    private final QueuedThreads threads = new QueuedThreads();

    private final List<RegionalRows.Change> source = new ArrayList<>();
    private int offset;

    private final ExpectedRows expected;
    private ExpectedRows.Changes running = new ExpectedRows.Changes();

    private final Optional<FeedReplay> feed;
    private SimulatedJob job;
    private @Nullable Completed restorePoint;
    private long lastCheckpointId;
    private boolean pending;

    private final List<CompactedBuckets> compactors = new ArrayList<>();
    private final Tally tally = new Tally();

    /** What became of merges. */
    static final class Tally {
        int merged;
        int refused;
        int snapshots;

        void add(CompactionCommitter.Outcome outcome) {
            merged += outcome.outputs();
            refused += outcome.refused();
        }

        void add(Tally other) {
            merged += other.merged;
            refused += other.refused;
            snapshots += other.snapshots;
        }
    }

    private record Completed(SimulatedJob.Checkpoint checkpoint, int offset) {}

    SeparateCompactionModel(long seed, Path localDisk) throws IOException {
        this.random = new Random(seed);
        this.localDisk = Files.createDirectories(localDisk.resolve("seed-" + seed));
        this.keys = List.of(3, 30, 100).get(random.nextInt(3));
        this.compaction = RandomCompaction.config(random).withThreads(1 + random.nextInt(3));
        this.sinkConfig = SinkConfig.defaults()
                .withFlushBytes(List.of(1L, 1_500L, 1L << 30).get(random.nextInt(3)))
                .withIndexes(new SinkConfig.IndexConfig(1 << 20, List.of(this.localDisk.toString())))
                // Now and then a sink that compacts too.
                .withCompaction(compaction.withThreads(random.nextInt(5) == 0 ? 1 : 0))
                .withBackPressure(RandomCompaction.NO_BACK_PRESSURE);
        this.catalog = RegionalRows.table(random, 1 + random.nextInt(3));
        this.expected = new ExpectedRows(catalog);
        this.foreign = new ForeignWriter(catalog.table(), random);
        this.job = new SimulatedJob(setup(), null);
        this.feed = RegionalRows.replay(catalog, this.localDisk.resolve("feed"), seed);
        // The first two are one job's, the third is another's, on the same buckets.
        for (int i = 0; i < 3; i++) {
            compactors.add(compactor(i, CompactedBuckets.Span.ENDLESS));
        }
    }

    private SimulatedJob.Setup setup() {
        return new SimulatedJob.Setup(catalog.loader(), sinkConfig, 1 + random.nextInt(2), "job", threads);
    }

    private CompactedBuckets compactor(int number, CompactedBuckets.Span span) throws IOException {
        SinkConfig config = sinkConfig.withCompaction(compaction);
        return new SimulatedCompactor(catalog.loader(), config, threads, () -> 0)
                .open(new CompactedBuckets.Share(number, file -> owns(number, file.partition()), span));
    }

    private boolean owns(int number, StructLike partition) {
        Integer bucket = partition.get(partition.size() - 1, Integer.class);
        return number == 2 || bucket % 2 == number;
    }

    Tally run() throws Exception {
        for (int step = 0; step < STEPS; step++) {
            int dice = random.nextInt(100);
            if (dice < 45) {
                write(1 + random.nextInt(30));
                checkpoint();
                slipIn();
                complete();
            } else if (dice < 60) {
                compact(random.nextInt(10) == 0 ? 2 : random.nextInt(2));
            } else if (dice < 78) {
                // Between a checkpoint and its commit, or within a commit of either.
                write(1 + random.nextInt(30));
                checkpoint();
                slipIn();
                compact(random.nextInt(2));
                slipIn();
                complete();
            } else if (dice < 84) {
                catalog.injectOnce(anyOf(List.of(Fault.values())));
                slipIn();
                compact(random.nextInt(2));
                catalog.clearFaults();
            } else if (dice < 88) {
                catalog.injectOnce(anyOf(List.of(Fault.values())));
                checkpoint();
                slipIn();
                complete();
                catalog.clearFaults();
            } else if (dice < 91) {
                dieAndComeBack(random.nextInt(3));
            } else if (dice < 94) {
                crash();
            } else {
                somebodyElse();
            }
            threads.run(random.nextInt(6), random);
            job.flushAhead(random.nextInt(4), random);
            lookAtNewSnapshots();
            int feedSteps = random.nextInt(20);
            feed.ifPresent(replay -> replay.follow(feedSteps));
        }
        catalog.clearFaults();
        checkpoint();
        complete();
        compactTheRest();
        expected.assertAsIn(catalog.table().currentSnapshot());
        feed.ifPresent(FeedReplay::check);
        return tally;
    }

    /** A bounded job ends, and leaves nothing to do to a second one. */
    private void compactTheRest() throws Exception {
        for (int number = 0; number < 2; number++) {
            compactors.get(number).close();
            threads.runAll();
            CompactedBuckets last = compactor(number, CompactedBuckets.Span.PRESENT);
            compactors.set(number, last);
            int rounds = 0;
            while (last.round().isPresent() || last.isWorking()) {
                threads.runAll();
                assertThat(++rounds).as("rounds").isLessThan(200);
            }
            lookAtNewSnapshots();
        }
        Snapshot done = catalog.table().currentSnapshot();
        assertThat(compactors.get(0).round()).isEmpty();
        assertThat(compactors.get(1).round()).isEmpty();
        assertThat(catalog.table().currentSnapshot()).isEqualTo(done);
    }

    /** Somebody comes in ahead of the next commit, perhaps. */
    private void slipIn() {
        switch (random.nextInt(5)) {
            case 0, 1 ->
                catalog.beforeNextCommit(() -> {
                    if (pending) {
                        completeQuietly();
                    }
                });
            case 2 -> catalog.beforeNextCommit(() -> compact(random.nextInt(3)));
            case 3 -> catalog.beforeNextCommit(this::somebodyElse);
            default -> {}
        }
    }

    private void completeQuietly() {
        try {
            pending = false;
            job.completed(lastCheckpointId);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void compact(int number) {
        try {
            compactors.get(number).round().ifPresent(tally::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SimulatedCrash e) {
            dieAndComeBack(number);
        }
    }

    private void dieAndComeBack(int number) {
        try {
            if (random.nextBoolean()) {
                compactors.get(number).close();
            }
            compactors.set(number, compactor(number, CompactedBuckets.Span.ENDLESS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(int changes) throws Exception {
        for (int i = 0; i < changes; i++) {
            source.add(RegionalRows.Change.random(random, keys, source.size()));
        }
        drain();
    }

    private void drain() throws Exception {
        while (offset < source.size()) {
            RegionalRows.Change change = source.get(offset++);
            running.add(change);
            job.write(change.row());
        }
    }

    private <T> T anyOf(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private void checkpoint() throws Exception {
        SimulatedJob.Checkpoint checkpoint = job.checkpoint(++lastCheckpointId);
        expected.taken(job.marker(checkpoint), running);
        running = new ExpectedRows.Changes();
        restorePoint = new Completed(checkpoint, offset);
        pending = true;
    }

    private void complete() throws Exception {
        try {
            job.completed(lastCheckpointId);
            pending = false;
        } catch (SimulatedCrash e) {
            crash();
        }
    }

    private void crash() throws Exception {
        pending = false;
        if (random.nextBoolean()) {
            job.close();
        }
        while (true) {
            try {
                running = new ExpectedRows.Changes();
                Completed from = restorePoint;
                offset = from == null ? 0 : from.offset();
                lastCheckpointId = from == null ? 0 : from.checkpoint().id();
                job = new SimulatedJob(setup(), from == null ? null : from.checkpoint());
                break;
            } catch (SimulatedCrash e) {
                lookAtNewSnapshots();
            }
        }
        drain();
    }

    private void somebodyElse() {
        lookAtNewSnapshots();
        Set<String> some = new HashSet<>();
        for (String key : expected.values().keySet()) {
            if (random.nextInt(4) == 0) {
                some.add(key);
            }
        }
        ExpectedRows.Changes changes = new ExpectedRows.Changes();
        if (random.nextInt(3) == 0) {
            foreign.rewrite(foreign.files().stream()
                    .filter(file -> random.nextInt(3) == 0)
                    .toList());
        } else {
            foreign.delete(row -> some.contains(RegionalRows.key(row)));
            some.forEach(key -> changes.put(key, Optional.empty()));
        }
        expected.committed(changes);
        lookAtNewSnapshots();
    }

    private void lookAtNewSnapshots() {
        for (Snapshot snapshot : expected.newSnapshots()) {
            boolean ofTheJob =
                    SimulatedCompactor.JOB_ID.equals(snapshot.summary().get("flink.job-id"));
            if (ofTheJob) {
                assertThat(ExpectedRows.replaces(snapshot)).isTrue();
                tally.snapshots++;
            } else {
                expected.apply(snapshot);
            }
            if (ofTheJob || (ExpectedRows.isOurs(snapshot) && ExpectedRows.replaces(snapshot))) {
                SnapshotInvariants.compactionKeepsLineage(catalog.table(), snapshot, RegionalRows::key);
            }
            expected.assertAsIn(snapshot);
        }
    }

    @Override
    public void close() throws IOException {
        if (feed.isPresent()) {
            feed.get().close();
        }
        job.close();
        for (CompactedBuckets compactor : compactors) {
            compactor.close();
        }
        catalog.close();
    }
}
