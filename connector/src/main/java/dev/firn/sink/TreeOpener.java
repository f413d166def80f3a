package dev.firn.sink;

import dev.firn.compaction.Compactor;
import dev.firn.compaction.Division;
import dev.firn.compaction.RowFilter;
import dev.firn.iceberg.FirnTable;
import dev.firn.index.RunStore;
import dev.firn.lsm.Bucket;
import dev.firn.lsm.CompactedBucket;
import dev.firn.lsm.CompactionSetup;
import dev.firn.lsm.Levels;
import dev.firn.lsm.SharedRuns;
import dev.firn.run.LineageReader;
import dev.firn.run.RunFormat;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.jspecify.annotations.Nullable;

/**
 * Opens the trees of one subtask: where their files go, how these are written, and how they are compacted. For the
 * subtask's thread.
 */
final class TreeOpener {

    private final FirnTable table;
    private final WriterResources resources;
    private final int subtask;

    private final String writerId = UUID.randomUUID().toString();
    private final AtomicLong divided = new AtomicLong();
    private @Nullable WholeRows wholeRows;

    /** What follows from all of the table's columns. */
    private record WholeRows(int schemaId, RunFormat format, LineageReader reader, RowFilter filter) {}

    /** @param subtask stands in the names of files */
    TreeOpener(FirnTable table, WriterResources resources, int subtask) {
        this.table = table;
        this.resources = resources;
        this.subtask = subtask;
    }

    /** Stands in the name of every file. */
    String writerId() {
        return writerId;
    }

    /** What compaction drops: nothing where there is none. */
    RowFilter filter() {
        WriterResources.Compaction compaction = resources.compaction();
        return compaction == null ? RowFilter.KEEP_ALL : wholeRows(compaction).filter();
    }

    boolean expires() {
        return !filter().metricsColumns().isEmpty();
    }

    /**
     * @param opened how many trees were opened before that may be opened again, and number their files from 1 on again
     */
    Bucket open(StructLike partition, Levels levels, long opened) {
        IntFunction<EncryptedOutputFile> files =
                table.runFiles(partition, subtask, opened == 0 ? writerId : writerId + "-" + opened);
        RunStore store = new RunStore(table.format(), table.spec(), partition, files, storage(table.targetFileBytes()));
        WriterResources.Compaction compaction = resources.compaction();
        return compaction == null
                ? Bucket.uncompacted(store, levels, resources.counters())
                : Bucket.open(store, levels, resources.counters(), setup(compaction, partition, files));
    }

    /** A bucket of somebody else's that is compacted here. */
    CompactedBucket openCompacted(StructLike partition) {
        IntFunction<EncryptedOutputFile> files = table.runFiles(partition, subtask, writerId);
        return new CompactedBucket(
                setup(resources.requireCompaction(), partition, files), resources.indexes(), resources.counters());
    }

    /** @param partitions about how many the rows of a file belong to */
    SharedRuns openShared(Levels levels, int partitions) {
        WriterResources.Compaction compaction = resources.compaction();
        return compaction == null
                ? SharedRuns.uncompacted(levels)
                : SharedRuns.open(levels, resources.indexes(), resources.counters(), dividing(compaction, partitions));
    }

    private CompactionSetup setup(
            WriterResources.Compaction compaction, StructLike partition, IntFunction<EncryptedOutputFile> files) {
        return new CompactionSetup(
                () -> {
                    WholeRows rows = wholeRows(compaction);
                    RunStore store =
                            new RunStore(rows.format(), table.spec(), partition, files, compactedStorage(compaction));
                    return new Compactor(store, rows.reader(), compaction.limiter(), rows.filter());
                },
                compaction.options(),
                compaction.threads());
    }

    private CompactionSetup dividing(WriterResources.Compaction compaction, int partitions) {
        return new CompactionSetup(
                () -> {
                    WholeRows rows = wholeRows(compaction);
                    Division division =
                            new Division(table.spec(), rows.format().schema(), partitions, this::dividedFiles);
                    return Compactor.dividing(
                            rows.format(), compactedStorage(compaction), rows.reader(), compaction.limiter(), division);
                },
                compaction.options(),
                compaction.threads());
    }

    /** Names of their own, beside those of the partition's bucket, and of other merges. Any thread. */
    private IntFunction<EncryptedOutputFile> dividedFiles(StructLike partition) {
        return table.runFiles(partition, subtask, writerId + "-divided-" + divided.incrementAndGet());
    }

    private RunStore.Storage compactedStorage(WriterResources.Compaction compaction) {
        return storage(compaction.options().targets().fileBytes());
    }

    private RunStore.Storage storage(long fileBytes) {
        return new RunStore.Storage(table.io(), resources.indexes(), fileBytes, resources.profiles());
    }

    /** Another engine may add columns while the job runs, and compaction must not lose what is in them. */
    private WholeRows wholeRows(WriterResources.Compaction compaction) {
        WholeRows known = wholeRows;
        if (known == null || known.schemaId() != table.schemaId()) {
            RunFormat format = table.wholeRows();
            known = new WholeRows(
                    table.schemaId(),
                    format,
                    table.lineageReader(),
                    compaction.filters().apply(format.schema()));
            wholeRows = known;
        }
        return known;
    }
}
