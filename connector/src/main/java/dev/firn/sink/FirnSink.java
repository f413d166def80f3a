package dev.firn.sink;

import dev.firn.iceberg.CheckpointChanges;
import dev.firn.iceberg.CommitOptions;
import dev.firn.iceberg.FirnTable;
import dev.firn.iceberg.SnapshotCommitter;
import dev.firn.iceberg.WriterChanges;
import dev.firn.index.KeyIndexes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessageTypeInfo;
import org.apache.flink.streaming.api.connector.sink2.SupportsPreCommitTopology;
import org.apache.flink.streaming.api.connector.sink2.SupportsPreWriteTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.types.RowKind;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.flink.TableLoader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a changelog into an Iceberg v3 table: one snapshot per checkpoint, in which every primary key has at most one
 * live row.
 *
 * <pre>
 *   rows ─► route by bucket ─► writers ─► aggregator (1) ─► committer (1)
 *           drop -U            LSM tree   one committable   one snapshot
 *                              a bucket   a checkpoint      a checkpoint
 * </pre>
 *
 * <p>{@code +I} and {@code +U} upsert by primary key, {@code -D} deletes by primary key and needs no other column, and
 * {@code -U} does either nothing or the same ({@link UpdateBefore}). The changes of one key must come in order, so the
 * stream has to be keyed by the primary key wherever it is shuffled.
 */
public final class FirnSink
        implements Sink<RowData>,
                SupportsPreWriteTopology<RowData>,
                SupportsWriterState<RowData, WriterState>,
                SupportsPreCommitTopology<WriterChanges, CheckpointChanges>,
                SupportsCommitter<CheckpointChanges> {

    private static final Logger LOG = LoggerFactory.getLogger(FirnSink.class);

    private final TableLoader tableLoader;
    private final RowType rowType;
    private final SinkConfig config;
    private final UpdateBefore updateBefore;
    private final BucketRouter router;
    private final HashMap<Integer, PartitionSpec> specs;

    private FirnSink(TableLoader tableLoader, FirnTable table, SinkConfig config, UpdateBefore updateBefore) {
        this.tableLoader = tableLoader;
        this.rowType = table.format().rowType();
        this.config = config;
        this.updateBefore = updateBefore;
        this.router = BucketRouter.of(table);
        this.specs = new HashMap<>(table.specs());
    }

    /** @param tableLoader of an existing table with format version 3, identifier fields and a bucket partition field */
    public static Builder forRowData(TableLoader tableLoader) {
        return new Builder(tableLoader);
    }

    /** Collects what a sink needs. {@link #build} opens the table and checks that it fits. */
    public static final class Builder {

        private final TableLoader tableLoader;
        private @Nullable RowType rowType;
        private SinkConfig config = SinkConfig.defaults();
        private UpdateBefore updateBefore = UpdateBefore.IGNORED;

        private Builder(TableLoader tableLoader) {
            this.tableLoader = tableLoader;
        }

        /** The rows' type: columns of the table by name, in any order. By default all columns in the table's order. */
        public Builder rowType(RowType rows) {
            this.rowType = rows;
            return this;
        }

        public Builder config(SinkConfig sinkConfig) {
            this.config = sinkConfig;
            return this;
        }

        /** What a {@code -U} does. By default nothing. */
        public Builder updateBefore(UpdateBefore effect) {
            this.updateBefore = effect;
            return this;
        }

        /** @throws RuntimeException with problem, cause and remedy if the table does not fit */
        public FirnSink build() {
            try (FirnTable table = FirnTable.open(tableLoader, rowType)) {
                RecordTtl ttl = config.compaction().ttl();
                if (ttl != null) {
                    ttl.filter(table.wholeRows().schema(), System::currentTimeMillis);
                }
                return new FirnSink(tableLoader, table, config, updateBefore);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public DataStream<RowData> addPreWriteTopology(DataStream<RowData> rows) {
        if (!rows.getExecutionEnvironment().getCheckpointConfig().isCheckpointingEnabled()) {
            LOG.warn("Checkpointing is off: what is written becomes visible only when the input ends. Set"
                    + " 'execution.checkpointing.interval' for one snapshot per checkpoint.");
        }
        if (updateBefore == UpdateBefore.DELETES) {
            return rows.partitionCustom(router, router);
        }
        return rows.filter(row -> row.getRowKind() != RowKind.UPDATE_BEFORE)
                .name("Drop -U")
                .setParallelism(rows.getParallelism())
                .partitionCustom(router, router);
    }

    @Override
    public FirnWriter createWriter(WriterInitContext context) throws IOException {
        return restoreWriter(context, List.of());
    }

    @Override
    public FirnWriter restoreWriter(WriterInitContext context, Collection<WriterState> states) throws IOException {
        var task = context.getTaskInfo();
        WriterPlace place = new WriterPlace(
                router,
                new WriterPlace.Subtask(task.getIndexOfThisSubtask(), task.getNumberOfParallelSubtasks()),
                context.getJobInfo().getJobId().toString(),
                context.getRestoredCheckpointId(),
                !states.isEmpty());
        FirnTable table = FirnTable.open(tableLoader, rowType);
        try {
            router.checkFits(table);
            return new FirnWriter(table, WriterResources.open(table, config, "writer-" + place.subtask()), place)
                    .taking(updateBefore)
                    .keepingTrees(new TreeMemory(config.write().treeBytes()))
                    .reportingTo(context.metricGroup());
        } catch (IOException | RuntimeException e) {
            table.close();
            throw e;
        }
    }

    @Override
    public DataStream<CommittableMessage<CheckpointChanges>> addPreCommitTopology(
            DataStream<CommittableMessage<WriterChanges>> changes) {
        return changes.global()
                .transform(
                        "Firn commit aggregator",
                        CommittableMessageTypeInfo.of(this::getCommittableSerializer),
                        new CommitAggregator(tableLoader))
                .setParallelism(1)
                .setMaxParallelism(1)
                .global();
    }

    @Override
    public Committer<CheckpointChanges> createCommitter(CommitterInitContext context) throws IOException {
        CommitOptions options = CommitOptions.of(context.getJobInfo().getJobId().toString());
        FirnTable table = FirnTable.open(tableLoader, rowType);
        KeyIndexes indexes = null;
        try {
            indexes = LocalIndexes.open(table, config.indexes(), "committer");
            SnapshotCommitter snapshots = new SnapshotCommitter(
                    table, indexes, config.commits().acceptOlderState() ? options.acceptingOlderState() : options);
            TableChores chores = new TableChores(
                    () -> FirnTable.open(tableLoader, rowType),
                    config.commits().housekeeping(),
                    TableChores.newThread(),
                    InstantSource.system());
            chores.reportTo(context.metricGroup());
            return new FirnCommitter(table, indexes, snapshots, context.getRestoredCheckpointId())
                    .keepingHouse(chores.housekeeping())
                    .reportingTo(context.metricGroup());
        } catch (IOException | RuntimeException e) {
            if (indexes != null) {
                indexes.close();
            }
            table.close();
            throw e;
        }
    }

    @Override
    public SimpleVersionedSerializer<WriterState> getWriterStateSerializer() {
        return new WriterStateSerializer();
    }

    @Override
    public SimpleVersionedSerializer<WriterChanges> getWriteResultSerializer() {
        return new WriterChangesSerializer(specs);
    }

    @Override
    public SimpleVersionedSerializer<CheckpointChanges> getCommittableSerializer() {
        return new CommittableSerializer(specs);
    }
}
