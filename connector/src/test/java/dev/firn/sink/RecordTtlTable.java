package dev.firn.sink;

import dev.firn.iceberg.FaultyCatalog;
import dev.firn.iceberg.ForeignWriter;
import dev.firn.iceberg.SnapshotInvariants;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.types.RowKind;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/** A table (id BIGINT, at BIGINT, value STRING) whose rows live for a while, a job that writes to it, and a clock. */
final class RecordTtlTable implements AutoCloseable {

    static final Duration TTL = Duration.ofSeconds(1);

    private static final Schema SCHEMA = new Schema(
            List.of(
                    NestedField.required(1, "id", Types.LongType.get()),
                    NestedField.optional(2, "at", Types.LongType.get()),
                    NestedField.optional(3, "value", Types.StringType.get())),
            Set.of(1));

    final FaultyCatalog catalog;
    final QueuedThreads threads = new QueuedThreads();
    private final SinkConfig config;
    private SimulatedJob job;
    private long lastCheckpoint;
    private long now = 100_000;

    RecordTtlTable(Path localDisk, CompactionConfig compaction, int buckets, Map<String, String> properties)
            throws IOException {
        this(localDisk, compaction, buckets, properties, 1 << 30);
    }

    /** @param treeBytes heap beyond which buckets at rest are put aside */
    RecordTtlTable(
            Path localDisk, CompactionConfig compaction, int buckets, Map<String, String> properties, long treeBytes)
            throws IOException {
        this(
                config(localDisk, compaction.withTtl(new RecordTtl(TTL, "at"))).withTreeBytes(treeBytes),
                buckets,
                properties);
    }

    private RecordTtlTable(SinkConfig config, int buckets, Map<String, String> properties) throws IOException {
        this.config = config;
        catalog = new FaultyCatalog(
                SCHEMA,
                PartitionSpec.builderFor(SCHEMA).bucket("id", buckets).build(),
                SortOrder.builderFor(SCHEMA).asc("id").build(),
                properties);
        job = start(0);
    }

    /** A table whose sink only writes. */
    static RecordTtlTable uncompacted(Path localDisk) throws IOException {
        return new RecordTtlTable(config(localDisk, CompactionConfig.defaults().withThreads(0)), 1, Map.of());
    }

    private static SinkConfig config(Path localDisk, CompactionConfig compaction) {
        return SinkConfig.defaults()
                .withIndexes(new SinkConfig.IndexConfig(1 << 20, List.of(localDisk.toString())))
                .withCompaction(compaction)
                .withBackPressure(RandomCompaction.NO_BACK_PRESSURE);
    }

    private SimulatedJob start(int run) throws IOException {
        return new SimulatedJob(
                new SimulatedJob.Setup(catalog.loader(), config, 1, "job-" + run, threads, () -> now), null);
    }

    /** One that drops what has expired, and compacts. */
    CompactedBuckets compactor() throws IOException {
        CompactionConfig compaction = CompactionConfig.defaults().withTtl(new RecordTtl(TTL, "at"));
        return new SimulatedCompactor(catalog.loader(), config.withCompaction(compaction), threads, () -> now)
                .open(new CompactedBuckets.Share(0, file -> true, CompactedBuckets.Span.PRESENT));
    }

    long now() {
        return now;
    }

    void pass(long millis) {
        now += millis;
    }

    void upsert(long id, @Nullable Long at, String value) throws Exception {
        job.write(row(RowKind.INSERT, id, at, value));
    }

    void delete(long id) throws Exception {
        job.write(row(RowKind.DELETE, id, null, null));
    }

    private static RowData row(RowKind kind, long id, @Nullable Long at, @Nullable String value) {
        return GenericRowData.ofKind(kind, id, at, value == null ? null : StringData.fromString(value));
    }

    /** A checkpoint that is committed. */
    void checkpoint() throws Exception {
        job.checkpoint(++lastCheckpoint);
        job.completed(lastCheckpoint);
    }

    /** Somebody else writes files of the table anew. */
    void rewriteByAnother(Random random) {
        ForeignWriter other = new ForeignWriter(table(), random);
        other.rewrite(
                other.files().stream().filter(file -> random.nextBoolean()).toList());
    }

    /** Merges what is worth it, and takes over what came out. */
    void compact() throws Exception {
        checkpoint();
        threads.runAll();
        checkpoint();
    }

    /** The job ends, and another one takes over the table. */
    void restart() throws Exception {
        job.close();
        threads.kill();
        job = start((int) lastCheckpoint);
    }

    Table table() {
        return catalog.table();
    }

    /** Oldest first. */
    List<Snapshot> snapshots() {
        List<Snapshot> snapshots = new ArrayList<>();
        SnapshotUtil.currentAncestors(table()).forEach(snapshots::add);
        Collections.reverse(snapshots);
        return snapshots;
    }

    List<String> operations() {
        return snapshots().stream().map(Snapshot::operation).toList();
    }

    /** Whether the sink made it. */
    static boolean isOwn(Snapshot snapshot) {
        return snapshot.summary().containsKey("firn.sink-id");
    }

    /** The values by id, in a snapshot in which everything is checked that must hold. */
    Map<Long, String> rows(Snapshot snapshot) {
        Map<Long, String> rows = new TreeMap<>();
        SnapshotInvariants.rowsOfSharedTable(table(), snapshot, row -> (Long) row.get(0))
                .forEach((id, row) -> rows.put(id, String.valueOf(row.get(2))));
        if (isOwn(snapshot)) {
            SnapshotInvariants.compactionKeepsLineage(table(), snapshot, row -> (Long) row.get(0));
        }
        return rows;
    }

    Map<Long, String> rows() {
        return rows(table().currentSnapshot());
    }

    @Override
    public void close() throws IOException {
        job.close();
        catalog.close();
    }
}
