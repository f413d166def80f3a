package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.feed.FeedReplay;
import dev.firn.iceberg.FaultyCatalog;
import dev.firn.iceberg.FaultyCatalog.Fault;
import dev.firn.iceberg.FaultyCatalog.SimulatedCrash;
import dev.firn.iceberg.FirnTable;
import dev.firn.iceberg.ForeignWriter;
import dev.firn.iceberg.LiveFile;
import dev.firn.iceberg.Retention;
import dev.firn.iceberg.SnapshotExpiry;
import dev.firn.iceberg.SnapshotInvariants;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * A job that crashes and is restored, another engine on the same table, and a map to which every commit of either
 * applies its changes when it appears in the table.
 */
final class ForeignWritersModel implements AutoCloseable {

    private static final int STEPS = 30;

    private final Random random;
    private final Path localDisk;
    private final FaultyCatalog catalog;
    private final ForeignWriter foreign;
    private final boolean ownExpiry;
    private final int keys;
    private final SinkConfig config;
    private final QueuedThreads threads = new QueuedThreads();
    private int compactions;

    /** The source: all changes so far, replayed from an offset after a restore. */
    private final List<RegionalRows.Change> source = new ArrayList<>();

    private int offset;

    private final ExpectedRows expected;
    private final Map<Long, Map<String, String>> valuesBySnapshot = new HashMap<>();

    /** What the running checkpoint changed so far, and the checkpoints taken and not yet committed. */
    private ExpectedRows.Changes running = new ExpectedRows.Changes();

    private final TreeMap<Long, String> taken = new TreeMap<>();

    private final Optional<FeedReplay> feed;
    private SimulatedJob job;
    private int parallelism;
    private @Nullable Completed restorePoint;
    private long lastCheckpointId;
    private int foreignRows;

    private record Completed(SimulatedJob.Checkpoint checkpoint, int offset) {}

    ForeignWritersModel(long seed, Path localDisk) throws IOException {
        this.random = new Random(seed);
        this.localDisk = Files.createDirectories(localDisk.resolve("seed-" + seed));
        this.keys = List.of(3, 30, 100).get(random.nextInt(3));
        this.config = SinkConfig.defaults()
                .withWriteBufferBytes(random.nextBoolean() ? 4_000 : 1_000_000)
                .withFlushBytes(List.of(1L, 1_500L, 1L << 30).get(random.nextInt(3)))
                .withTreeBytes(List.of(1L, 10_000L, 1L << 30).get(random.nextInt(3)))
                .withIndexes(new SinkConfig.IndexConfig(1 << 20, List.of(this.localDisk.toString())))
                .withCompaction(RandomCompaction.config(random))
                .withBackPressure(RandomCompaction.NO_BACK_PRESSURE);
        this.catalog = RegionalRows.table(random, 1 + random.nextInt(4));
        this.expected = new ExpectedRows(catalog);
        this.foreign = new ForeignWriter(catalog.table(), random);
        this.ownExpiry = seed % 2 == 0;
        if (ownExpiry) {
            // Iceberg's own expiry would break the table then.
            foreign.sharingVectorFiles();
        }
        this.parallelism = 1 + random.nextInt(3);
        this.job = new SimulatedJob(setup(), null);
        this.feed = RegionalRows.replay(catalog, this.localDisk.resolve("feed"), seed);
    }

    private void expireSnapshots() {
        if (!ownExpiry) {
            foreign.expireSnapshots();
            return;
        }
        InstantSource later = InstantSource.offset(InstantSource.system(), Duration.ofDays(1));
        try (SnapshotExpiry expiry = new SnapshotExpiry(
                FirnTable.open(catalog.loader()), new Retention(1 + random.nextInt(5), Duration.ZERO), later)) {
            expiry.run();
        } catch (IOException | RuntimeException | SimulatedCrash e) {
            // Tried again at its next turn, as the sink does.
        }
    }

    private SimulatedJob.Setup setup() {
        return new SimulatedJob.Setup(catalog.loader(), config, parallelism, "job", threads);
    }

    /** @return how many compactions were committed */
    int run() throws Exception {
        for (int step = 0; step < STEPS; step++) {
            int dice = random.nextInt(100);
            if (dice < 35) {
                write(1 + random.nextInt(30));
            } else if (dice < 60) {
                somebodyElse();
            } else if (dice < 65) {
                checkpoint();
            } else if (dice < 75) {
                checkpoint();
                somebodyElse();
                complete();
            } else if (dice < 85) {
                checkpoint();
                insertKeysOfTheNextCommit();
                catalog.beforeNextCommit(this::somebodyElse);
                complete();
            } else if (dice < 92) {
                catalog.injectOnce(anyOf(List.of(Fault.values())));
                checkpoint();
                somebodyElse();
                catalog.beforeNextCommit(this::somebodyElse);
                complete();
            } else if (dice < 96) {
                crash();
            } else {
                parallelism = 1 + random.nextInt(3);
                crash();
                loseDisk();
            }
            threads.run(random.nextInt(4), random);
            job.flushAhead(random.nextInt(4), random);
            lookAtNewSnapshots();
            int feedSteps = random.nextInt(20);
            feed.ifPresent(replay -> replay.follow(feedSteps));
        }
        catalog.clearFaults();
        checkpoint();
        complete();
        expected.assertAsIn(catalog.table().currentSnapshot());
        feed.ifPresent(FeedReplay::check);
        return compactions;
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
        taken.put(lastCheckpointId, job.marker(checkpoint));
        running = new ExpectedRows.Changes();
        restorePoint = new Completed(checkpoint, offset);
    }

    private void complete() throws Exception {
        lookAtNewSnapshots();
        try {
            job.completed(lastCheckpointId);
            lookAtNewSnapshots();
            ExpectedRows.Changes withoutSnapshot =
                    expected.uncommitted(taken.lastEntry().getValue());
            taken.clear();
            if (withoutSnapshot != null) {
                assertThat(withoutSnapshot.values()).allMatch(Optional::isEmpty);
                assertThat(expected.values())
                        .doesNotContainKeys(withoutSnapshot.keySet().toArray(String[]::new));
            }
        } catch (SimulatedCrash e) {
            crash();
        }
    }

    /** The job dies and comes back from its last checkpoint, dying again on the way as often as faults are left. */
    private void crash() throws Exception {
        if (random.nextBoolean()) {
            job.close();
            threads.runAll();
        }
        threads.kill();
        while (true) {
            try {
                restart();
                break;
            } catch (SimulatedCrash e) {
                lookAtNewSnapshots();
            }
        }
        drain();
    }

    private void restart() throws Exception {
        running = new ExpectedRows.Changes();
        taken.clear();
        Completed from = restorePoint;
        offset = from == null ? 0 : from.offset();
        lastCheckpointId = from == null ? 0 : from.checkpoint().id();
        job = new SimulatedJob(setup(), from == null ? null : from.checkpoint());
        lookAtNewSnapshots();
    }

    private void loseDisk() throws IOException {
        try (Stream<Path> files = Files.walk(localDisk)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!Files.isDirectory(file)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private void somebodyElse() {
        lookAtNewSnapshots();
        Set<String> some = someKeys();
        Predicate<Record> isSome = row -> some.contains(RegionalRows.key(row));
        String value = "foreign" + foreignRows++;
        ExpectedRows.Changes changes = new ExpectedRows.Changes();
        switch (random.nextInt(11)) {
            case 0 -> {
                foreign.delete(isSome);
                some.forEach(key -> changes.put(key, Optional.empty()));
            }
            case 1, 2 -> {
                some.retainAll(expected.values().keySet());
                some.forEach(key -> changes.put(key, Optional.of(value)));
                foreign.update(isSome, row -> row.copy(Map.of("value", value)));
            }
            case 3 -> {
                some.retainAll(expected.values().keySet());
                some.forEach(key -> changes.put(key, Optional.of(value)));
                foreign.updateByCopying(isSome, row -> row.copy(Map.of("value", value)));
            }
            case 4, 5 -> {
                some.removeAll(expected.values().keySet());
                insert(some, changes, value);
            }
            case 6 -> foreign.rewrite(someFiles());
            case 7 -> foreign.drop(someFiles()).forEach(row -> changes.put(RegionalRows.key(row), Optional.empty()));
            case 8 -> {
                feed.ifPresent(FeedReplay::catchUp);
                expireSnapshots();
            }
            case 9 -> rollBack();
            default -> {
                catalog.table().updateProperties().set("foreign", value).commit();
                Snapshot current = catalog.table().currentSnapshot();
                if (current != null) {
                    catalog.table()
                            .manageSnapshots()
                            .createTag(value, current.snapshotId())
                            .commit();
                    catalog.table().manageSnapshots().removeTag(value).commit();
                }
            }
        }
        committedByForeigner(changes);
    }

    /** To a snapshot of ours, because one of somebody else may hold a key twice. */
    private void rollBack() {
        List<Long> targets = new ArrayList<>();
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(catalog.table())) {
            if (valuesBySnapshot.containsKey(snapshot.snapshotId())) {
                targets.add(snapshot.snapshotId());
            }
        }
        if (!targets.isEmpty()) {
            Long target = anyOf(targets);
            catalog.table().manageSnapshots().rollbackTo(target).commit();
            expected.rollBackTo(Objects.requireNonNull(valuesBySnapshot.get(target)));
        }
    }

    /** Keys that are live already become double for a moment, and the next commit of ours must mend it. */
    private void insertKeysOfTheNextCommit() {
        lookAtNewSnapshots();
        Set<String> some = someKeys();
        some.retainAll(changesOf(taken.firstEntry()).keySet());
        String value = "foreign" + foreignRows++;
        ExpectedRows.Changes changes = new ExpectedRows.Changes();
        insert(some, changes, value);
        committedByForeigner(changes);
    }

    private ExpectedRows.Changes changesOf(Map.Entry<Long, String> checkpoint) {
        return Objects.requireNonNull(expected.uncommitted(checkpoint.getValue()));
    }

    private void insert(Set<String> some, ExpectedRows.Changes changes, String value) {
        some.forEach(key -> changes.put(key, Optional.of(value)));
        if (!some.isEmpty()) {
            foreign.insert(
                    some.stream().map(key -> RegionalRows.record(key, value)).collect(Collectors.toList()));
        }
    }

    private void committedByForeigner(ExpectedRows.Changes changes) {
        expected.committed(changes);
        lookAtNewSnapshots();
    }

    private Set<String> someKeys() {
        Set<String> some = new TreeSet<>();
        int share = 1 + random.nextInt(5);
        for (int id = 0; id < keys; id++) {
            for (String region : RegionalRows.REGIONS) {
                if (random.nextInt(5) < share) {
                    some.add(region + "/" + id);
                }
            }
        }
        return some;
    }

    private List<LiveFile> someFiles() {
        int share = 1 + random.nextInt(5);
        return foreign.files().stream()
                .filter(file -> random.nextInt(5) < share)
                .toList();
    }

    private void lookAtNewSnapshots() {
        for (Snapshot snapshot : expected.newSnapshots()) {
            expected.apply(snapshot);
            if (!ExpectedRows.isOurs(snapshot)) {
                continue;
            }
            expected.assertAsIn(snapshot);
            valuesBySnapshot.put(snapshot.snapshotId(), new TreeMap<>(expected.values()));
            if (ExpectedRows.replaces(snapshot)) {
                compactions++;
                SnapshotInvariants.compactionKeepsLineage(catalog.table(), snapshot, RegionalRows::key);
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (feed.isPresent()) {
            feed.get().close();
        }
        job.close();
        catalog.close();
    }
}
