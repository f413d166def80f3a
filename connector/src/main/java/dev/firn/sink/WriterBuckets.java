package dev.firn.sink;

import dev.firn.compaction.CompactionDebt;
import dev.firn.compaction.RowFilter;
import dev.firn.dv.LiveRun;
import dev.firn.iceberg.FirnTable;
import dev.firn.iceberg.RowPartitioner;
import dev.firn.iceberg.TableView;
import dev.firn.iceberg.WriterChanges;
import dev.firn.lsm.Bucket;
import dev.firn.lsm.Levels;
import dev.firn.lsm.LevelsEdit;
import dev.firn.lsm.TreeStatistics;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.util.StructLikeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The buckets of one writer, kept in step with the table. Loaded when their first row comes. One thread. */
final class WriterBuckets implements Backlog, Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(WriterBuckets.class);

    private final FirnTable table;
    private final WriterResources resources;
    private final WriterPlace place;

    private final TreeOpener opener;
    private final StructLikeMap<Bucket> buckets;
    private TreeMemory memory = TreeMemory.unlimited();

    /** The checkpoint, counted from the start, that last changed a loaded bucket or loaded it. */
    private final StructLikeMap<Long> lastChange;

    private long checkpoints;

    /**
     * The same buckets by their numbers, where these tell them; the map would ask for a hash of each row's partition.
     */
    private @Nullable Bucket[] numbered = {};

    private final UncommittedEdits<StructLike> uncommitted;
    private final LaneRuns lanes;
    private final BucketLoads loads;
    private @Nullable TableView view;

    /** @param place tells which buckets are this writer's, and waits until the table can be loaded */
    WriterBuckets(FirnTable table, WriterResources resources, WriterPlace place) {
        this.table = table;
        this.resources = resources;
        this.place = place;
        this.opener = new TreeOpener(table, resources, place.subtask());
        this.buckets = StructLikeMap.create(table.spec().partitionType());
        this.lastChange = StructLikeMap.create(table.spec().partitionType());
        this.uncommitted = UncommittedEdits.ofPartitions(table.spec().partitionType());
        this.lanes = new LaneRuns(
                place.router(),
                levels -> opener.openShared(levels, place.router().partitionsPerLane()));
        this.loads = new BucketLoads(this, resources.indexes());
    }

    WriterBuckets within(TreeMemory budget) {
        memory = budget;
        return this;
    }

    /** The bucket of the row that the partitioner was last given. */
    Bucket of(RowPartitioner partitioner, StructLike partition) throws IOException, InterruptedException {
        int number = partitioner.bucketAlone();
        if (number != RowPartitioner.NONE && number < numbered.length && numbered[number] != null) {
            return numbered[number];
        }
        Bucket known = buckets.get(partition);
        Bucket bucket = known == null ? load(partitioner.copy()) : known;
        if (number != RowPartitioner.NONE) {
            numbered = Arrays.copyOf(numbered, Math.max(numbered.length, number + 1));
            numbered[number] = bucket;
        }
        return bucket;
    }

    BucketLoads loads() {
        return loads;
    }

    Collection<Bucket> loaded() {
        return buckets.values();
    }

    private Bucket load(StructLike partition) throws IOException, InterruptedException {
        Levels levels = levels(view(), partition);
        loads.began();
        Bucket bucket =
                opener.open(partition, levels, memory.figures().putAside()).sharing(lanes.of(partition));
        buckets.put(partition, bucket);
        lastChange.put(partition, checkpoints);
        return bucket;
    }

    private TableView view() throws InterruptedException {
        if (view == null) {
            place.awaitRestoredCheckpoint(table);
            view = new TableView(
                    table, place.origin(), place::owns, opener.filter().metricsColumns());
            resources.indexes().retain(view.locations());
            lanes.openFrom(view);
        }
        return view;
    }

    private Levels levels(TableView from, StructLike partition) throws IOException, InterruptedException {
        try {
            return from.levels(partition);
        } catch (NotFoundException e) {
            catchUpAfter(e);
            return from.levels(partition);
        }
    }

    /** Since the last checkpoint somebody else replaced a file, and had the snapshots expire that held it. */
    private void catchUpAfter(NotFoundException e) throws IOException, InterruptedException {
        LOG.info("A file is gone, looking at table {} anew: {}", table.name(), e.getMessage());
        catchUp(Objects.requireNonNull(view));
    }

    private void catchUp(TableView from) throws IOException, InterruptedException {
        boolean changedByOthers = from.refresh();
        // Both have to forget.
        Predicate<String> landed = location -> from.landed().containsKey(location);
        boolean bucketRefused = uncommitted.removeCommitted(from::holds, landed);
        boolean laneRefused = lanes.removeCommitted(from::holds, landed);
        boolean compactionRefused = bucketRefused || laneRefused;
        if (compactionRefused && !changedByOthers) {
            from.load();
        }
        if (compactionRefused || changedByOthers) {
            loads.began();
            StructLikeMap<List<LiveRun>> migrated = byPartition(lanes.rebase(from));
            for (var entry : buckets.entrySet()) {
                StructLike partition = entry.getKey();
                Levels levels = from.levels(partition).with(migrated.getOrDefault(partition, List.of()));
                entry.getValue().rebase(levels, uncommitted.of(partition));
            }
        } else {
            buckets.values().forEach(bucket -> bucket.landed(from.landed()));
        }
    }

    private StructLikeMap<List<LiveRun>> byPartition(List<LiveRun> runs) {
        StructLikeMap<List<LiveRun>> byPartition =
                StructLikeMap.create(table.spec().partitionType());
        for (LiveRun run : runs) {
            byPartition
                    .computeIfAbsent(run.run().file().partition(), p -> new ArrayList<>())
                    .add(run);
        }
        return byPartition;
    }

    /** Takes over what was compacted of older files, and goes on with the next of them. All flushes have landed. */
    private void migrate() throws IOException, InterruptedException {
        for (var entry : byPartition(lanes.takeMigrated()).entrySet()) {
            Bucket bucket = buckets.get(entry.getKey());
            (bucket == null ? load(entry.getKey()) : bucket).adopt(entry.getValue());
        }
        // Ahead of the buckets, which else would leave no thread.
        lanes.compact();
    }

    /** Rows expire also where no row ever came. */
    private void loadExpiring(TableView from) throws IOException, InterruptedException {
        WriterResources.Compaction compaction = resources.compaction();
        if (compaction != null && opener.expires()) {
            RowFilter now = opener.filter().atStart();
            for (StructLike partition : from.partitionsWith(file -> compaction.isDue(file, now))) {
                if (!buckets.containsKey(partition)) {
                    load(partition);
                }
            }
        }
    }

    private boolean migrates() {
        return resources.compaction() != null && place.router().hasOlderSpecs();
    }

    /** Waits until a bucket has its indexes, or until it is known again which it needs. */
    void awaitReady(Bucket bucket) throws IOException, InterruptedException {
        try {
            bucket.awaitReady();
        } catch (NotFoundException e) {
            catchUpAfter(e);
            if (bucket.isDecided()) {
                bucket.awaitReady();
            }
        }
    }

    /** Takes over what a bucket's flush ahead has written, waiting for it. */
    void land(Bucket bucket) throws IOException, InterruptedException {
        try {
            bucket.land();
        } catch (NotFoundException e) {
            catchUpAfter(e);
            bucket.land();
        }
    }

    /** Has the buffers of all buckets that are ready flushed on the flush thread, if it can be. */
    void startFlushes() {
        buckets.values().forEach(bucket -> bucket.flushAhead(resources.buffers().thread()));
    }

    /** Flushes all buckets as soon as they are ready, what came in while a flush ahead was under way as well. */
    private void endFlushes() throws IOException, InterruptedException {
        loads.look();
        startFlushes();
        for (List<Bucket> waiting = loads.withWaitingRows(); !waiting.isEmpty(); waiting = loads.withWaitingRows()) {
            loads.awaitOne(waiting);
            startFlushes();
        }
        landFlushes();
        startFlushes();
        landFlushes();
    }

    /** This thread does what the flush thread has not begun. */
    private void landFlushes() throws IOException, InterruptedException {
        buckets.values().forEach(Bucket::helpFlush);
        for (Bucket bucket : buckets.values()) {
            land(bucket);
        }
    }

    /** What all buckets changed since the last call, flushed: one element, or none if nothing changed. */
    List<WriterChanges> checkpoint() throws IOException, InterruptedException {
        if (view == null && !opener.expires() && !migrates()) {
            return List.of();
        }
        TableView now = view();
        startFlushes();
        catchUp(now);
        loadExpiring(now);
        endFlushes();
        migrate();
        GatheredChanges gathered = new GatheredChanges(opener.writerId(), now.baseSequenceNumber());
        for (var entry : inTurn()) {
            LevelsEdit edit = entry.getValue().checkpoint();
            if (!edit.isEmpty()) {
                gathered.add(edit);
                uncommitted.add(entry.getKey(), edit);
                lastChange.put(entry.getKey(), checkpoints);
            }
        }
        lanes.checkpoint(gathered);
        putAsideIdle(now);
        checkpoints++;
        return gathered.toChanges();
    }

    private void putAsideIdle(TableView from) {
        List<TreeMemory.Tree<StructLike>> trees = buckets.entrySet().stream()
                .map(entry -> tree(entry.getKey(), entry.getValue()))
                .toList();
        memory.fit(trees, resources.indexes()::makeRoom, partition -> putAside(partition, from));
    }

    private TreeMemory.Tree<StructLike> tree(StructLike partition, Bucket bucket) {
        Long changed = Objects.requireNonNull(lastChange.get(partition));
        // Files of older partition specs are shared by trees, which know of each other.
        boolean mayGo = changed < checkpoints
                && !place.router().hasOlderSpecs()
                && bucket.isAtRest()
                && uncommitted.of(partition).isEmpty()
                && !isExpiring(bucket);
        return new TreeMemory.Tree<>(partition, bucket.levels().heapBytes(), changed, mayGo);
    }

    /** It would be loaded again at once. */
    private boolean isExpiring(Bucket bucket) {
        WriterResources.Compaction compaction = resources.compaction();
        if (compaction == null || !opener.expires()) {
            return false;
        }
        RowFilter now = opener.filter().atStart();
        return bucket.levels().runs().stream()
                .anyMatch(run -> compaction.isDue(run.run().file(), now));
    }

    private void putAside(StructLike partition, TableView from) {
        Bucket bucket = Objects.requireNonNull(buckets.remove(partition));
        lastChange.remove(partition);
        Arrays.asList(numbered).replaceAll(other -> other == bucket ? null : other);
        bucket.putAside();
        from.putAside(
                partition,
                bucket.levels().runs().stream().map(run -> run.run().file()).toList());
    }

    /** Everything handed over since the last call belongs to this checkpoint. */
    void prepared(long checkpointId) {
        uncommitted.prepared(checkpointId);
        lanes.prepared(checkpointId);
    }

    @Override
    public void compact() {
        inTurn().forEach(entry -> entry.getValue().compact());
    }

    /** The bucket first that had to wait longest for one of the few threads. */
    private List<Map.Entry<StructLike, Bucket>> inTurn() {
        return buckets.entrySet().stream()
                .sorted(Comparator.comparingLong(entry -> entry.getValue().compactionTurn()))
                .toList();
    }

    @Override
    public CompactionDebt debt() {
        return buckets.values().stream().map(Bucket::debt).reduce(CompactionDebt.NONE, CompactionDebt::max);
    }

    TreeStatistics statistics() {
        return TreeStatistics.of(Stream.concat(buckets.values().stream().map(Bucket::levels), lanes.levels().stream())
                .toList());
    }

    TreeMemory.Figures memory() {
        return memory.figures();
    }

    @Override
    public String tableName() {
        return table.name();
    }

    /** Deletes what no checkpoint was told of. */
    @Override
    public void close() throws IOException {
        try (table;
                resources) {
            buckets.values().forEach(Bucket::discard);
            lanes.discard(table.io());
        }
    }
}
