package dev.firn.lsm;

import dev.firn.compaction.CompactionDebt;
import dev.firn.compaction.CompactionPicker;
import dev.firn.compaction.CompactionResult;
import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.index.IndexLoading;
import dev.firn.index.KeyIndexes;
import dev.firn.index.RunStore;
import dev.firn.key.Key;
import dev.firn.key.KeyView;
import dev.firn.run.RunFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.exceptions.NotFoundException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The LSM tree of one bucket: buffers changes, flushes them as sorted run files and knows every older row that they
 * supersede. A buffer may be flushed in the background while the next one fills, one at a time. Files are compacted in
 * the background too, and what is finished is taken over at a checkpoint. Changes are taken in before the files'
 * indexes are there; a flush needs all of them. Not thread-safe; one writer owns a bucket.
 */
public final class Bucket {

    private static final Logger LOG = LoggerFactory.getLogger(Bucket.class);

    private final RunStore store;
    private final KeyIndexes indexes;
    private final BucketCounters counters;
    private final @Nullable BucketCompactions compactions;
    private MemTable buffer = new MemTable();
    private Levels levels;
    private SharedRuns shared = SharedRuns.none();

    /** Of the levels' files, as they came from the table. */
    private IndexLoading loading;

    /** Whether all indexes are there, and the levels follow from them. */
    private boolean ready;

    /**
     * The buffer before this one, while it is written. What comes of it goes into the levels on the bucket's thread.
     */
    private @Nullable BufferFlush ahead;

    /** Files of the running checkpoint, by location. */
    private final Map<String, RunFile> pending = new LinkedHashMap<>();

    private final Map<String, PositionSet> dead = new HashMap<>();
    private final List<Key> deletedKeys = new ArrayList<>();
    private final List<CompactionEdit> compacted = new ArrayList<>();

    private Bucket(RunStore store, Levels levels, BucketCounters counters, @Nullable BucketCompactions compactions) {
        this.store = store;
        this.counters = counters;
        this.indexes = store.storage().indexes();
        this.compactions = compactions;
        this.levels = levels;
        this.loading = indexes.load(levels.files());
        becomeReady();
    }

    /** A bucket that is compacted. */
    public static Bucket open(RunStore store, Levels levels, BucketCounters counters, CompactionSetup compaction) {
        return new Bucket(
                store,
                levels,
                counters,
                new BucketCompactions(
                        compaction, CompactionPicker::choose, store.storage().indexes(), counters));
    }

    /** A bucket whose files stay as they are, until somebody else compacts them. */
    public static Bucket uncompacted(RunStore store, Levels levels, BucketCounters counters) {
        return new Bucket(store, levels, counters, null);
    }

    /** This bucket with older runs that may hold its keys too, beside those of other buckets of the same writer. */
    public Bucket sharing(SharedRuns runs) {
        shared = runs;
        return this;
    }

    private void becomeReady() {
        if (!ready && loading.isComplete()) {
            ready = true;
            if (compactions != null) {
                levels = compactions.assign(levels);
            }
        }
    }

    /** Whether all indexes of its files are there, so that it can be flushed and compacted. */
    public boolean isReady() {
        becomeReady();
        return ready && shared.loading(indexes).isComplete();
    }

    /** Whether {@link #awaitReady} does not wait: it is ready, or never will be. */
    public boolean isDecided() {
        IndexLoading older = shared.loading(indexes);
        return loading.hasFailed() || older.hasFailed() || (loading.isDone() && older.isDone());
    }

    /**
     * Waits until it is ready, loading what nobody has begun to.
     *
     * @throws org.apache.iceberg.exceptions.NotFoundException if a file of the bucket is gone, which a {@link #rebase}
     *     may mend
     * @throws IOException if an index cannot be built
     */
    public void awaitReady() throws IOException, InterruptedException {
        loading.await();
        shared.loading(indexes).await();
        becomeReady();
    }

    /** Key and row are copied. */
    public void upsert(KeyView key, BinaryRowData row) {
        buffer.upsert(key, row);
    }

    /** Deletes the key's row, if there is one. */
    public void delete(KeyView key) {
        buffer.delete(key);
    }

    /** Heap that the buffered changes take, those included that are being flushed. */
    public long bufferedBytes() {
        return ahead == null ? buffer.bytes() : buffer.bytes() + ahead.bytes();
    }

    /** Keys with a buffered change; one that is being flushed and was changed again counts twice. */
    public int bufferedRows() {
        return ahead == null ? buffer.size() : buffer.size() + ahead.rows();
    }

    /** Heap of the changes that no flush has taken yet. */
    public long unflushedBytes() {
        return buffer.bytes();
    }

    public Levels levels() {
        return levels;
    }

    /**
     * Whether there is nothing here that the table does not have, nor anything under way or to be done: what the last
     * checkpoint handed over aside, which the caller knows of.
     */
    public boolean isAtRest() {
        return isReady()
                && buffer.isEmpty()
                && ahead == null
                && pending.isEmpty()
                && dead.isEmpty()
                && deletedKeys.isEmpty()
                && compacted.isEmpty()
                && (compactions == null || compactions.isAtRest())
                && levels.runs().stream().allMatch(LiveRun::isCommitted);
    }

    /**
     * Lets go of a bucket at rest, which is not to be used again. Its indexes are closed, and stay on the local disk.
     */
    public void putAside() {
        if (!isAtRest()) {
            throw new IllegalStateException("A bucket with changes or merges under way is not put aside");
        }
        indexes.close(levels.runs().stream().map(LiveRun::location).toList());
    }

    /** Writes the buffer as run files of level 0 and marks every row that it supersedes. */
    public void flush() throws IOException, InterruptedException {
        land();
        if (!buffer.isEmpty()) {
            awaitReady();
        }
        flushAhead(Runnable::run);
        land();
    }

    /**
     * Has the buffer flushed elsewhere while the next one fills, unless it is empty, the bucket not ready or the buffer
     * before has not landed yet.
     */
    public void flushAhead(Executor executor) {
        if (ahead == null && !buffer.isEmpty() && isReady()) {
            ahead = new BufferFlush(buffer, asked(), store);
            buffer = new MemTable();
            executor.execute(ahead);
        }
    }

    /** Whether there is a flush ahead that has not landed. */
    public boolean isFlushing() {
        return ahead != null;
    }

    /** Whether nobody has to wait for the flush ahead, or there is none. */
    public boolean mayLand() {
        return ahead == null || ahead.isDone();
    }

    /** Carries out the flush ahead, unless another thread is at it already. What comes of it has to be landed. */
    public void helpFlush() {
        if (ahead != null) {
            ahead.run();
        }
    }

    /**
     * Takes over what the flush ahead has written, waiting for it.
     *
     * @throws org.apache.iceberg.exceptions.NotFoundException if a file of the bucket is gone, and its index has to be
     *     built again; after a {@link #rebase} the same changes can be flushed
     */
    public void land() throws IOException, InterruptedException {
        if (ahead == null) {
            return;
        }
        BufferFlush.Flushed flushed = ahead.await();
        ahead = null;
        kill(flushed.superseded());
        counters.flushed(flushed);
        levels = levels.with(flushed.written().stream()
                .map(run -> new LiveRun(run, PositionSet.EMPTY))
                .toList());
        flushed.written().forEach(run -> pending.put(run.location(), run));
        deletedKeys.addAll(flushed.deletedKeys());
    }

    /** Every run that may hold a key of the bucket. */
    private Levels asked() {
        return levels.with(shared.levels().runs());
    }

    private void kill(Map<String, PositionSet> superseded) {
        Map<String, PositionSet> own = shared.kill(superseded);
        levels = levels.killing(own);
        handOver(own);
    }

    private void handOver(Map<String, PositionSet> newlyDead) {
        newlyDead.forEach((location, positions) -> dead.merge(location, positions, PositionSet::union));
    }

    /** How far compaction is behind; nothing is known of that before the bucket is ready. */
    public CompactionDebt debt() {
        return compactions == null || !isReady() ? CompactionDebt.NONE : compactions.debt(levels);
    }

    /** The higher, the shorter ago one of this bucket's merges was started on the threads that buckets share. */
    public long compactionTurn() {
        return compactions == null ? 0 : compactions.turn();
    }

    /** Starts the compactions that are worth it, as far as threads are free and the bucket is ready. */
    public void compact() {
        if (compactions == null || !isReady()) {
            return;
        }
        BucketCompactions.Advance advance = compactions.advance(levels);
        levels = advance.levels();
        for (CompactionEdit drop : advance.drops()) {
            compacted.add(drop);
            drop.inputs().keySet().forEach(indexes::forget);
        }
    }

    /**
     * Flushes, takes over the compactions that are finished, and hands over everything that changed since the last
     * call. A file of this checkpoint whose rows all died within it is deleted and left out.
     */
    public LevelsEdit checkpoint() throws IOException, InterruptedException {
        flush();
        // After the flush, which looked for its keys in their inputs.
        if (compactions != null) {
            compactions.takeFinished(levels).forEach(this::install);
            kill(compactions.expired(levels));
        }
        compact();
        List<RunFile> added = new ArrayList<>();
        List<String> stillborn = new ArrayList<>();
        for (LiveRun live : levels.runs()) {
            if (pending.containsKey(live.location())) {
                if (live.liveRows() > 0) {
                    added.add(live.run());
                } else {
                    stillborn.add(live.location());
                }
            }
        }
        levels = levels.without(stillborn);
        dead.keySet().removeAll(stillborn);
        delete(stillborn);
        LevelsEdit edit = new LevelsEdit(added, dead, deletedKeys, compacted);
        pending.clear();
        dead.clear();
        deletedKeys.clear();
        compacted.clear();
        return edit;
    }

    private void install(CompactionResult result) {
        Installation installation = Installation.of(result, levels, indexes);
        levels = installation.levels();
        handOver(installation.dead());
        installation.changed().forEach(run -> pending.put(run.location(), run));
        compacted.add(installation.edit());
        installation.edit().inputs().keySet().forEach(indexes::forget);
    }

    /** Takes over rows of the bucket that were in shared runs: run files of their own, to be committed as such. */
    public void adopt(List<LiveRun> migrated) {
        levels = levels.with(migrated);
        if (compactions != null && ready) {
            levels = compactions.assign(levels);
        }
    }

    /** @param files of any bucket, by location, as the table's metadata have them since their commit */
    public void landed(Map<String, DataFile> files) {
        levels = levels.landed(files);
    }

    /**
     * Continues on another picture of the table, which somebody else's commits made; the shared runs have to be rebased
     * first.
     *
     * @param table the bucket as the table has it
     * @param uncommitted edits handed over by {@link #checkpoint} that {@code table} does not hold yet
     */
    public void rebase(Levels table, List<LevelsEdit> uncommitted) throws IOException, InterruptedException {
        try {
            land();
        } catch (NotFoundException e) {
            LOG.info("A flush missed a file that is gone, and begins anew: {}", e.getMessage());
        }
        Levels before = levels;
        LevelsEdit running = new LevelsEdit(List.copyOf(pending.values()), dead, deletedKeys, compacted);
        Rebase rebase = Rebase.onto(table, uncommitted, running, indexes);
        levels = rebase.levels(levels);
        loading = loading.anew(levels.files());
        ready = false;
        if (rebase.asksIndexes()) {
            loading.await();
            shared.loading(indexes).await();
            kill(rebase.superseded(indexes, shared.levels()));
        }
        becomeReady();
        if (compactions != null) {
            compactions.cancelStale(levels);
        }
        if (ahead != null) {
            ahead = ahead.anewOn(asked());
        }
        before.runs().stream()
                .map(LiveRun::location)
                .filter(location -> levels.at(location).isEmpty())
                .forEach(indexes::forget);
    }

    /** Deletes the files that no checkpoint was told of. */
    public void discard() {
        loading.cancel();
        if (compactions != null) {
            compactions.cancel();
        }
        if (ahead != null) {
            ahead.giveUp();
            ahead = null;
        }
        delete(pending.keySet());
        for (CompactionEdit edit : compacted) {
            delete(edit.outputs().stream().map(DataFile::location).toList());
        }
        pending.clear();
        compacted.clear();
    }

    private void delete(Collection<String> files) {
        for (String location : files) {
            indexes.forget(location);
            store.storage().io().deleteFile(location);
        }
    }
}
