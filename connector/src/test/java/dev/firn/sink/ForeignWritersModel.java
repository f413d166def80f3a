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
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
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
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.types.RowKind;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * A job that crashes and is restored, another engine on the same table, and a map to which every commit of either
 * applies its changes when it appears in the table.
 */
final class ForeignWritersModel implements AutoCloseable {

    private static final Schema SCHEMA = new Schema(
            List.of(
                    NestedField.required(1, "region", Types.StringType.get()),
                    NestedField.required(2, "id", Types.IntegerType.get()),
                    NestedField.optional(3, "value", Types.StringType.get())),
            Set.of(1, 2));
    private static final SortOrder ORDER =
            SortOrder.builderFor(SCHEMA).asc("region").asc("id").build();
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
    private final List<Change> source = new ArrayList<>();

    private int offset;

    /** The table by key, after the newest snapshot that was looked at. */
    private final TreeMap<String, String> truth = new TreeMap<>();

    private final Map<Long, Map<String, String>> truthBySnapshot = new HashMap<>();
    private final Map<Long, Changes> foreignBySnapshot = new HashMap<>();
    private final Map<String, Changes> oursByMarker = new HashMap<>();
    private final Set<Long> seenSnapshots = new HashSet<>();

    /** What the running checkpoint changed so far, and the checkpoints taken and not yet committed. */
    private Changes running = new Changes();

    private final TreeMap<Long, String> taken = new TreeMap<>();

    private final Optional<FeedReplay> feed;
    private SimulatedJob job;
    private int parallelism;
    private @Nullable Completed restorePoint;
    private long lastCheckpointId;
    private int foreignRows;

    /** The last change of each key; an empty one deletes. */
    @SuppressWarnings("serial")
    private static final class Changes extends TreeMap<String, Optional<String>> {

        void applyTo(Map<String, String> rows) {
            forEach((key, value) -> value.ifPresentOrElse(present -> rows.put(key, present), () -> rows.remove(key)));
        }
    }

    private record Change(
            RowKind kind, String region, int id, @Nullable String value) {

        String key() {
            return region + "/" + id;
        }

        GenericRowData row() {
            return GenericRowData.ofKind(
                    kind, StringData.fromString(region), id, value == null ? null : StringData.fromString(value));
        }
    }

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
        PartitionSpec.Builder spec = PartitionSpec.builderFor(SCHEMA);
        if (random.nextBoolean()) {
            spec.identity("region");
        }
        spec.bucket("id", 1 + random.nextInt(4));
        this.catalog = new FaultyCatalog(SCHEMA, spec.build(), ORDER, Map.of());
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
        assertThat(rows(catalog.table().currentSnapshot())).isEqualTo(truth);
        feed.ifPresent(FeedReplay::check);
        return compactions;
    }

    private void write(int changes) throws Exception {
        for (int i = 0; i < changes; i++) {
            RowKind kind = anyOf(List.of(RowKind.values()));
            String value = kind == RowKind.DELETE || random.nextInt(10) == 0 ? null : "v" + source.size();
            source.add(new Change(kind, random.nextBoolean() ? "north" : "south", random.nextInt(keys), value));
        }
        drain();
    }

    private void drain() throws Exception {
        while (offset < source.size()) {
            Change change = source.get(offset++);
            switch (change.kind()) {
                case INSERT, UPDATE_AFTER -> running.put(change.key(), Optional.of(String.valueOf(change.value())));
                case DELETE -> running.put(change.key(), Optional.empty());
                case UPDATE_BEFORE -> {}
            }
            job.write(change.row());
        }
    }

    private <T> T anyOf(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private void checkpoint() throws Exception {
        SimulatedJob.Checkpoint checkpoint = job.checkpoint(++lastCheckpointId);
        oursByMarker.put(job.marker(checkpoint), running);
        taken.put(lastCheckpointId, job.marker(checkpoint));
        running = new Changes();
        restorePoint = new Completed(checkpoint, offset);
    }

    private void complete() throws Exception {
        lookAtNewSnapshots();
        try {
            job.completed(lastCheckpointId);
            lookAtNewSnapshots();
            Changes withoutSnapshot = oursByMarker.get(taken.lastEntry().getValue());
            taken.clear();
            if (withoutSnapshot != null) {
                assertThat(withoutSnapshot.values()).allMatch(Optional::isEmpty);
                assertThat(truth).doesNotContainKeys(withoutSnapshot.keySet().toArray(String[]::new));
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
        running = new Changes();
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
        Predicate<Record> isSome = row -> some.contains(key(row));
        String value = "foreign" + foreignRows++;
        Changes changes = new Changes();
        switch (random.nextInt(11)) {
            case 0 -> {
                foreign.delete(isSome);
                some.forEach(key -> changes.put(key, Optional.empty()));
            }
            case 1, 2 -> {
                some.retainAll(truth.keySet());
                some.forEach(key -> changes.put(key, Optional.of(value)));
                foreign.update(isSome, row -> row.copy(Map.of("value", value)));
            }
            case 3 -> {
                some.retainAll(truth.keySet());
                some.forEach(key -> changes.put(key, Optional.of(value)));
                foreign.updateByCopying(isSome, row -> row.copy(Map.of("value", value)));
            }
            case 4, 5 -> {
                some.removeAll(truth.keySet());
                insert(some, changes, value);
            }
            case 6 -> foreign.rewrite(someFiles());
            case 7 -> foreign.drop(someFiles()).forEach(row -> changes.put(key(row), Optional.empty()));
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
            if (truthBySnapshot.containsKey(snapshot.snapshotId())) {
                targets.add(snapshot.snapshotId());
            }
        }
        if (!targets.isEmpty()) {
            Long target = anyOf(targets);
            catalog.table().manageSnapshots().rollbackTo(target).commit();
            truth.clear();
            truth.putAll(truthBySnapshot.get(target));
        }
    }

    /** Keys that are live already become double for a moment, and the next commit of ours must mend it. */
    private void insertKeysOfTheNextCommit() {
        lookAtNewSnapshots();
        Set<String> some = someKeys();
        some.retainAll(changesOf(taken.firstEntry()).keySet());
        String value = "foreign" + foreignRows++;
        Changes changes = new Changes();
        insert(some, changes, value);
        committedByForeigner(changes);
    }

    private Changes changesOf(Map.Entry<Long, String> checkpoint) {
        return Objects.requireNonNull(oursByMarker.get(checkpoint.getValue()));
    }

    private void insert(Set<String> some, Changes changes, String value) {
        some.forEach(key -> changes.put(key, Optional.of(value)));
        if (!some.isEmpty()) {
            foreign.insert(some.stream().map(key -> row(key, value)).collect(Collectors.toList()));
        }
    }

    private void committedByForeigner(Changes changes) {
        Snapshot current = catalog.table().currentSnapshot();
        if (current != null && !seenSnapshots.contains(current.snapshotId())) {
            foreignBySnapshot.put(current.snapshotId(), changes);
        }
        lookAtNewSnapshots();
    }

    private Set<String> someKeys() {
        Set<String> some = new TreeSet<>();
        int share = 1 + random.nextInt(5);
        for (int id = 0; id < keys; id++) {
            for (String region : List.of("north", "south")) {
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
        List<Snapshot> fresh = new ArrayList<>();
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(catalog.table())) {
            if (seenSnapshots.add(snapshot.snapshotId())) {
                fresh.add(snapshot);
            }
        }
        Collections.reverse(fresh);
        for (Snapshot snapshot : fresh) {
            boolean ours = snapshot.summary().containsKey("firn.sink-id");
            if (ours && snapshot.operation().equals(DataOperations.REPLACE)) {
                compactions++;
                assertThat(rows(snapshot)).as("rows after our compaction").isEqualTo(truth);
                SnapshotInvariants.compactionKeepsLineage(catalog.table(), snapshot, ForeignWritersModel::key);
                truthBySnapshot.put(snapshot.snapshotId(), new TreeMap<>(truth));
            } else if (ours) {
                Objects.requireNonNull(oursByMarker.remove(marker(snapshot)), "committed twice, or never taken")
                        .applyTo(truth);
                assertThat(rows(snapshot))
                        .as("rows of the snapshot of %s", snapshot.summary())
                        .isEqualTo(truth);
                truthBySnapshot.put(snapshot.snapshotId(), new TreeMap<>(truth));
            } else {
                Objects.requireNonNull(foreignBySnapshot.remove(snapshot.snapshotId()))
                        .applyTo(truth);
            }
        }
    }

    private static String marker(Snapshot snapshot) {
        Map<String, String> summary = snapshot.summary();
        return "1:" + summary.get("firn.sink-id") + ":" + summary.get("firn.checkpoint-id") + ":"
                + summary.get("firn.incarnation");
    }

    private Map<String, String> rows(@Nullable Snapshot snapshot) {
        Map<String, String> rows = new TreeMap<>();
        if (snapshot != null) {
            SnapshotInvariants.rowsOfSharedTable(catalog.table(), snapshot, ForeignWritersModel::key)
                    .forEach((key, row) -> rows.put(key, String.valueOf(row.get(2))));
        }
        return rows;
    }

    private static String key(Record row) {
        return row.get(0) + "/" + row.get(1);
    }

    private static Record row(String key, String value) {
        int slash = key.indexOf('/');
        return GenericRecord.create(SCHEMA)
                .copy(Map.of(
                        "region",
                        key.substring(0, slash),
                        "id",
                        Integer.valueOf(key.substring(slash + 1)),
                        "value",
                        value));
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
