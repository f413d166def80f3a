package dev.firn.sink;

import dev.firn.compaction.CompactionDebt;
import dev.firn.compaction.Compactor;
import dev.firn.compaction.RowFilter;
import dev.firn.iceberg.FirnTable;
import dev.firn.iceberg.RowPartitioner;
import dev.firn.iceberg.TableView;
import dev.firn.iceberg.WriterChanges;
import dev.firn.index.RunStore;
import dev.firn.lsm.Bucket;
import dev.firn.lsm.CompactionSetup;
import dev.firn.lsm.Levels;
import dev.firn.lsm.LevelsEdit;
import dev.firn.lsm.TreeStatistics;
import java.io.Closeable;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.IntFunction;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.encryption.EncryptedOutputFile;
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

    private final String writerId = UUID.randomUUID().toString();
    private final StructLikeMap<Bucket> buckets;
    private final UncommittedEdits uncommitted;
    private @Nullable TableView view;

    /** @param place tells which buckets are this writer's, and waits until the table can be loaded */
    WriterBuckets(FirnTable table, WriterResources resources, WriterPlace place) {
        this.table = table;
        this.resources = resources;
        this.place = place;
        this.buckets = StructLikeMap.create(table.spec().partitionType());
        this.uncommitted = new UncommittedEdits(table.spec().partitionType());
    }

    /** The bucket of the row that the partitioner was last given. */
    Bucket of(RowPartitioner partitioner, StructLike partition) throws IOException, InterruptedException {
        Bucket bucket = buckets.get(partition);
        return bucket == null ? load(partitioner.copy()) : bucket;
    }

    Collection<Bucket> loaded() {
        return buckets.values();
    }

    private Bucket load(StructLike partition) throws IOException, InterruptedException {
        if (view == null) {
            place.awaitRestoredCheckpoint(table);
            view = new TableView(table, place.origin(), place::owns);
            resources.indexes().retain(view.locations());
        }
        IntFunction<EncryptedOutputFile> files = table.runFiles(partition, place.subtask(), writerId);
        RunStore store = new RunStore(
                table.format(),
                table.spec(),
                partition,
                files,
                new RunStore.Storage(table.io(), resources.indexes(), table.targetFileBytes(), resources.profiles()));
        Levels levels = levels(view, partition);
        WriterResources.Compaction compaction = resources.compaction();
        Bucket bucket = compaction == null
                ? Bucket.uncompacted(store, levels, resources.counters())
                : Bucket.open(store, levels, resources.counters(), setup(compaction, partition, files));
        buckets.put(partition, bucket);
        return bucket;
    }

    private CompactionSetup setup(
            WriterResources.Compaction compaction, StructLike partition, IntFunction<EncryptedOutputFile> files) {
        RunStore store = new RunStore(
                table.wholeRows(),
                table.spec(),
                partition,
                files,
                new RunStore.Storage(
                        table.io(),
                        resources.indexes(),
                        compaction.options().targets().fileBytes(),
                        resources.profiles()));
        return new CompactionSetup(
                new Compactor(store, table.lineageReader(), compaction.limiter(), RowFilter.KEEP_ALL),
                compaction.options(),
                compaction.threads());
    }

    private Levels levels(TableView from, StructLike partition) throws IOException {
        try {
            return from.levels(partition);
        } catch (NotFoundException e) {
            catchUpAfter(e);
            return from.levels(partition);
        }
    }

    /** Since the last checkpoint somebody else replaced a file, and had the snapshots expire that held it. */
    void catchUpAfter(NotFoundException e) throws IOException {
        LOG.info("A file is gone, looking at table {} anew: {}", table.name(), e.getMessage());
        catchUp(Objects.requireNonNull(view));
    }

    private void catchUp(TableView from) throws IOException {
        boolean changedByOthers = from.refresh();
        boolean compactionRefused = uncommitted.removeCommitted(
                from::holds, location -> from.landed().containsKey(location));
        if (compactionRefused && !changedByOthers) {
            from.load();
        }
        if (compactionRefused || changedByOthers) {
            for (var entry : buckets.entrySet()) {
                entry.getValue().rebase(from.levels(entry.getKey()), uncommitted.of(entry.getKey()));
            }
        } else {
            buckets.values().forEach(bucket -> bucket.landed(from.landed()));
        }
    }

    /** What all buckets changed since the last call, flushed: one element, or none if nothing changed. */
    List<WriterChanges> checkpoint() throws IOException {
        if (view == null) {
            return List.of();
        }
        catchUp(view);
        GatheredChanges gathered = new GatheredChanges(writerId, view.baseSequenceNumber());
        for (var entry : buckets.entrySet()) {
            LevelsEdit edit = entry.getValue().checkpoint();
            if (!edit.isEmpty()) {
                gathered.add(edit);
                uncommitted.add(entry.getKey(), edit);
            }
        }
        return gathered.toChanges();
    }

    /** Everything handed over since the last call belongs to this checkpoint. */
    void prepared(long checkpointId) {
        uncommitted.prepared(checkpointId);
    }

    @Override
    public void compact() {
        buckets.values().forEach(Bucket::compact);
    }

    @Override
    public CompactionDebt debt() {
        return buckets.values().stream().map(Bucket::debt).reduce(CompactionDebt.NONE, CompactionDebt::max);
    }

    TreeStatistics statistics() {
        return TreeStatistics.of(buckets.values().stream().map(Bucket::levels).toList());
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
        }
    }
}
