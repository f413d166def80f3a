package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.feed.FeedReplay;
import dev.firn.iceberg.FaultyCatalog;
import dev.firn.iceberg.FaultyCatalog.Fault;
import dev.firn.iceberg.FaultyCatalog.SimulatedCrash;
import dev.firn.iceberg.SnapshotInvariants;
import dev.firn.iceberg.StaleSinkException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/** A source, a job that crashes and is restored, and a map that tells what each checkpoint's snapshot must hold. */
final class ChangelogModel implements AutoCloseable {

    private static final int STEPS = 25;
    private static final int MOST_BUCKETS = 8;
    private static final List<Fault> FAULTS = List.of(Fault.values());

    private final Random random;
    private final Path localDisk;
    private final FaultyCatalog catalog;
    private final int keys;
    private final SinkConfig config;
    private final QueuedThreads threads = new QueuedThreads();
    private int compactions;
    private long treesPutAside;

    /** The source: all changes so far, replayed from an offset after a restore. */
    private final List<RegionalRows.Change> source = new ArrayList<>();

    private final TreeMap<String, String> truth = new TreeMap<>();
    private int offset;

    private final Map<String, Map<String, String>> expectedByMarker = new HashMap<>();
    private final Set<Long> checkedSnapshots = new HashSet<>();

    private final Optional<FeedReplay> feed;
    private SimulatedJob job;
    private int parallelism;
    private int buckets;
    private @Nullable BucketRouter routes;
    private @Nullable Completed restorePoint;
    private long lastCheckpointId;

    private record Completed(SimulatedJob.Checkpoint checkpoint, int offset, Map<String, String> truth) {}

    ChangelogModel(long seed, Path localDisk) throws IOException {
        this.random = new Random(seed);
        this.localDisk = Files.createDirectories(localDisk.resolve("seed-" + seed));
        this.keys = List.of(3, 30, 200).get(random.nextInt(3));
        this.config = SinkConfig.defaults()
                .withWriteBufferBytes(random.nextBoolean() ? 4_000 : 1_000_000)
                .withFlushBytes(List.of(1L, 1_500L, 1L << 30).get(random.nextInt(3)))
                .withTreeBytes(List.of(1L, 10_000L, 1L << 30).get(random.nextInt(3)))
                .withIndexes(new SinkConfig.IndexConfig(1 << 20, List.of(this.localDisk.toString())))
                .withCompaction(RandomCompaction.config(random))
                .withBackPressure(RandomCompaction.NO_BACK_PRESSURE);
        this.buckets = 1 + random.nextInt(4);
        this.catalog = RegionalRows.table(random, buckets);
        this.parallelism = 1 + random.nextInt(3);
        this.job = new SimulatedJob(setup(), null);
        this.routes = job.routes();
        this.feed = RegionalRows.replay(catalog, this.localDisk.resolve("feed"), seed);
    }

    private SimulatedJob.Setup setup() {
        return new SimulatedJob.Setup(catalog.loader(), config, parallelism, "job", threads);
    }

    /** @return how many compactions were committed */
    int run() throws Exception {
        for (int step = 0; step < STEPS; step++) {
            int dice = random.nextInt(100);
            if (dice < 55) {
                // Few now and then, so that there are buckets at rest.
                write(1 + random.nextInt(random.nextBoolean() ? 30 : 2));
            } else if (dice < 75) {
                checkpoint(true);
            } else if (dice < 80) {
                checkpoint(false);
            } else if (dice < 90) {
                injectFault();
                checkpoint(true);
            } else if (dice < 92) {
                crash();
            } else if (dice < 94) {
                rescale();
            } else if (dice < 96) {
                grow();
            } else if (dice < 98) {
                crash();
                loseDisk();
            } else {
                committerOfTheDeadWakesUp();
            }
            threads.run(random.nextInt(4), random);
            job.loadIndexes(random.nextInt(3), random);
            job.flushAhead(random.nextInt(4), random);
            checkNewSnapshots();
            int feedSteps = random.nextInt(20);
            feed.ifPresent(replay -> replay.follow(feedSteps));
        }
        catalog.clearFaults();
        checkpoint(true);
        checkNewSnapshots();
        assertThat(rows(catalog.table(), catalog.table().currentSnapshot())).isEqualTo(truth);
        if (config.compaction().threads() > 0) {
            migrate();
        }
        feed.ifPresent(FeedReplay::check);
        return compactions;
    }

    /** How often a bucket was put aside. */
    long treesPutAside() {
        return treesPutAside + job.treesPutAside();
    }

    private void rescale() throws Exception {
        parallelism = 1 + random.nextInt(3);
        checkpoint(true);
        submitAgain();
    }

    /** More buckets under a job that has anything pending, which is submitted again. */
    private void grow() throws Exception {
        if (buckets > MOST_BUCKETS) {
            return;
        }
        buckets *= 2;
        parallelism = 1 + random.nextInt(3);
        checkpoint(random.nextBoolean());
        catalog.declareBuckets(buckets);
        submitAgain();
    }

    /** With routes by what is in the table now. */
    private void submitAgain() throws Exception {
        routes = null;
        crash();
    }

    /** In the end no file of an older spec is left, and the buckets are as many as were declared. */
    private void migrate() throws Exception {
        for (int round = 0; round < 100 && !olderFiles().isEmpty(); round++) {
            threads.runAll();
            checkpoint(true);
            checkNewSnapshots();
        }
        assertThat(olderFiles()).isEmpty();
        submitAgain();
        assertThat(job.routes().hasOlderSpecs())
                .isEqualTo(files().isEmpty() && catalog.table().specs().size() > 1);
        write(10);
        checkpoint(true);
        checkNewSnapshots();
    }

    private List<DataFile> olderFiles() {
        int present = catalog.table().spec().specId();
        return files().stream().filter(file -> file.specId() != present).toList();
    }

    private List<DataFile> files() {
        Table table = catalog.table();
        List<DataFile> files = new ArrayList<>();
        if (table.currentSnapshot() != null) {
            try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
                tasks.forEach(task -> files.add(task.file()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return files;
    }

    private void write(int changes) throws Exception {
        for (int i = 0; i < changes; i++) {
            source.add(RegionalRows.Change.random(random, keys, source.size()));
        }
        drain();
    }

    private void drain() throws Exception {
        while (offset < source.size()) {
            job.loadIndexes(random.nextInt(16) / 15, random);
            RegionalRows.Change change = source.get(offset++);
            job.write(change.row());
            if (!change.isPreImage()) {
                change.after()
                        .ifPresentOrElse(value -> truth.put(change.key(), value), () -> truth.remove(change.key()));
            }
        }
    }

    private void injectFault() {
        int times = 1 + random.nextInt(2);
        for (int i = 0; i < times; i++) {
            catalog.injectOnce(FAULTS.get(random.nextInt(FAULTS.size())));
        }
    }

    private SimulatedJob.Checkpoint checkpoint(boolean completes) throws Exception {
        SimulatedJob.Checkpoint checkpoint = job.checkpoint(++lastCheckpointId);
        expectedByMarker.put(job.marker(checkpoint), new TreeMap<>(truth));
        if (completes) {
            restorePoint = new Completed(checkpoint, offset, new TreeMap<>(truth));
            try {
                job.completed(checkpoint.id());
            } catch (SimulatedCrash e) {
                crash();
            }
        }
        return checkpoint;
    }

    /**
     * The job dies and comes back from its last complete checkpoint, dying again on the way as often as faults are
     * left.
     */
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
                checkNewSnapshots();
            }
        }
        drain();
    }

    private void restart() throws Exception {
        treesPutAside += job.treesPutAside();
        truth.clear();
        offset = 0;
        Completed from = restorePoint;
        if (from != null) {
            truth.putAll(from.truth());
            offset = from.offset();
            lastCheckpointId = from.checkpoint().id() + random.nextInt(2);
        }
        job = new SimulatedJob(setup(), from == null ? null : from.checkpoint(), routes);
        routes = job.routes();
    }

    private void loseDisk() throws IOException {
        try (Stream<Path> files = Files.walk(localDisk)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(localDisk) && !Files.isDirectory(file)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /**
     * A run that was given up commits a checkpoint of its own, while its successor has gone further from an earlier
     * one.
     */
    private void committerOfTheDeadWakesUp() throws Exception {
        if (restorePoint == null) {
            return;
        }
        catalog.clearFaults();
        write(5);
        SimulatedJob dead = job;
        SimulatedJob.Checkpoint itsOwn = dead.checkpoint(++lastCheckpointId);
        long branch = lastCheckpointId;
        restart();
        drain();
        lastCheckpointId = branch - 1;
        checkpoint(true);
        boolean successorCommitted = !rowsBehind().equals("none");
        if (successorCommitted && restorePoint.checkpoint().id() >= itsOwn.id()) {
            Snapshot before = catalog.table().currentSnapshot();
            if (catalog.table().properties().containsValue(job.marker(restorePoint.checkpoint()))) {
                assertThatThrownBy(() -> dead.commitLate(itsOwn)).isInstanceOf(StaleSinkException.class);
                assertThat(catalog.table().currentSnapshot()).isEqualTo(before);
            }
        }
    }

    private String rowsBehind() {
        return catalog.table().currentSnapshot() == null ? "none" : "some";
    }

    private void checkNewSnapshots() {
        Table table = catalog.table();
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
            if (checkedSnapshots.add(snapshot.snapshotId())) {
                assertThat(rows(table, snapshot))
                        .as("rows of the snapshot of %s", snapshot.summary())
                        .isEqualTo(expectedByMarker.get(RegionalRows.marker(snapshot)));
                SnapshotInvariants.compactionKeepsLineage(table, snapshot, RegionalRows::key);
                compactions += snapshot.operation().equals(DataOperations.REPLACE) ? 1 : 0;
            }
        }
    }

    private static Map<String, String> rows(Table table, @Nullable Snapshot snapshot) {
        Map<String, String> rows = new TreeMap<>();
        if (snapshot != null) {
            SnapshotInvariants.rows(table, snapshot, RegionalRows::key)
                    .forEach((key, record) -> rows.put(key, String.valueOf(record.get(2))));
        }
        return rows;
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
