package dev.firn.sink;

import dev.firn.compaction.CompactionThreads;
import dev.firn.compaction.RateLimiter;
import dev.firn.compaction.RowFilter;
import dev.firn.iceberg.CheckpointChanges;
import dev.firn.iceberg.CommitOptions;
import dev.firn.iceberg.FirnTable;
import dev.firn.iceberg.SnapshotCommitter;
import dev.firn.iceberg.WriterChanges;
import dev.firn.index.IndexThreads;
import dev.firn.lsm.BucketCounters;
import dev.firn.lsm.FlushThread;
import dev.firn.run.LevelProfiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.Schema;
import org.apache.iceberg.flink.TableLoader;
import org.jspecify.annotations.Nullable;

/**
 * One run of a job with a Firn sink, without a cluster: the sink's own writers, assembler, committer and serializers,
 * driven in the order in which Flink drives them.
 */
public final class SimulatedJob {

    private final String jobId;
    private final FirnTable table;
    private final List<FirnWriter> writers = new ArrayList<>();
    private final List<WriterResources> resources = new ArrayList<>();
    private final BucketRouter router;
    private final SinkIdentity identity;
    private final CheckpointAssembler assembler;
    private final FirnCommitter committer;
    private final CommittableSerializer committableSerializer;
    private final WriterChangesSerializer changesSerializer;
    private final TreeMap<Long, byte[]> pending = new TreeMap<>();
    private final QueuedThreads flushes = new QueuedThreads();
    private final QueuedThreads loads = new QueuedThreads();

    /** What a job is started with. */
    public record Setup(
            TableLoader loader,
            SinkConfig config,
            int parallelism,
            String jobId,
            Executor threads,
            LongSupplier epochMillis) {

        public Setup(TableLoader loader, SinkConfig config, int parallelism, String jobId, Executor threads) {
            this(loader, config, parallelism, jobId, threads, () -> 0);
        }

        private WriterResources resources(FirnTable table, int subtask, Executor flushes, Executor loads)
                throws IOException {
            CompactionConfig compaction = config.compaction();
            return new WriterResources(
                    LocalIndexes.open(table, config.indexes(), "writer-" + subtask)
                            .loadingOn(IndexThreads.on(loads)),
                    new WriterResources.Buffers(
                            config.write().bufferBytes(), config.write().flushBytes(), FlushThread.on(flushes)),
                    LevelProfiles.defaults(),
                    compaction.threads() == 0
                            ? null
                            : new WriterResources.Compaction(
                                    compaction.options(),
                                    CompactionThreads.on(threads, compaction.threads()),
                                    RateLimiter.ofBytesPerSecond(compaction.bytesPerSecond()),
                                    config.backPressure(),
                                    this::filter),
                    new BucketCounters());
        }

        private RowFilter filter(Schema schema) {
            RecordTtl ttl = config.compaction().ttl();
            return ttl == null ? RowFilter.KEEP_ALL : ttl.filter(schema, epochMillis);
        }
    }

    /** What a checkpoint holds of the sink. */
    public record Checkpoint(long id, String identity, TreeMap<Long, byte[]> committables, int parallelism) {}

    /**
     * A job that is submitted.
     *
     * @param restored null for a fresh start
     */
    public SimulatedJob(Setup setup, @Nullable Checkpoint restored) throws IOException {
        this(setup, restored, null);
    }

    /** @param routes those of the submission, if the job restarts by itself */
    SimulatedJob(Setup setup, @Nullable Checkpoint restored, @Nullable BucketRouter routes) throws IOException {
        jobId = setup.jobId();
        table = FirnTable.open(setup.loader());
        router = routes == null ? BucketRouter.of(table) : routes;
        router.checkFits(table);
        committableSerializer = new CommittableSerializer(table.specs());
        changesSerializer = new WriterChangesSerializer(table.specs());
        OptionalLong checkpoint = restored == null ? OptionalLong.empty() : OptionalLong.of(restored.id());
        identity = restored == null
                ? new SinkIdentity(UUID.randomUUID().toString(), table.marker())
                : SinkIdentity.parse(restored.identity());
        assembler = new CheckpointAssembler(identity, checkpoint.orElse(0), InstantSource.system());
        committer = committer(setup, checkpoint);
        if (restored != null) {
            pending.putAll(restored.committables());
            commitUpTo(restored.id());
        }
        for (int subtask = 0; subtask < setup.parallelism(); subtask++) {
            FirnTable own = FirnTable.open(setup.loader());
            resources.add(setup.resources(own, subtask, flushes, loads));
            writers.add(new FirnWriter(
                            own,
                            resources.get(subtask),
                            new WriterPlace(
                                    router,
                                    new WriterPlace.Subtask(subtask, setup.parallelism()),
                                    jobId,
                                    checkpoint,
                                    restored != null && subtask < restored.parallelism()))
                    .keepingTrees(new TreeMemory(setup.config().write().treeBytes())));
        }
    }

    private FirnCommitter committer(Setup setup, OptionalLong checkpoint) throws IOException {
        FirnTable own = FirnTable.open(setup.loader());
        CommitOptions options = CommitOptions.of(jobId).waitingFirst(Duration.ofMillis(1));
        var indexes = LocalIndexes.open(own, setup.config().indexes(), "committer");
        return new FirnCommitter(
                own,
                indexes,
                new SnapshotCommitter(
                        own,
                        indexes,
                        setup.config().commits().acceptOlderState() ? options.acceptingOlderState() : options),
                checkpoint);
    }

    BucketRouter routes() {
        return router;
    }

    public void write(RowData row) throws IOException, InterruptedException {
        writers.get(router.partition(router.getKey(row), writers.size())).write(row);
    }

    /** Carries out up to so many of the flushes that were begun ahead of the barrier. */
    void flushAhead(int most, Random random) {
        flushes.run(most, random);
    }

    /** Loads up to so many of the key indexes that were asked for ahead of their use. */
    void loadIndexes(int most, Random random) {
        loads.run(most, random);
    }

    /** Takes a checkpoint; nothing is committed until {@link #completed}. */
    public Checkpoint checkpoint(long id) throws IOException, InterruptedException {
        for (FirnWriter writer : writers) {
            for (WriterChanges changes : writer.prepareCommit()) {
                assembler.add(changesSerializer.deserialize(
                        changesSerializer.getVersion(), changesSerializer.serialize(changes)));
            }
            writer.snapshotState(id);
        }
        // The writers have not waited for their flush threads, which come too late.
        flushes.runAll();
        loads.runAll();
        assembler.atBarrier(id).ifPresent(this::receive);
        return new Checkpoint(id, identity.toText(), new TreeMap<>(pending), writers.size());
    }

    private void receive(CheckpointChanges changes) {
        try {
            pending.put(changes.marker().checkpointId(), committableSerializer.serialize(changes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The incarnation and id that a checkpoint's snapshot carries, if it brings one. */
    String marker(Checkpoint checkpoint) throws IOException {
        return committableSerializer
                .deserialize(
                        committableSerializer.getVersion(),
                        Objects.requireNonNull(checkpoint.committables().get(checkpoint.id())))
                .marker()
                .toProperty();
    }

    /** Tells the committer that a checkpoint is complete. */
    public void completed(long id) throws IOException {
        commitUpTo(id);
    }

    private void commitUpTo(long id) throws IOException {
        while (!pending.isEmpty() && pending.firstKey() <= id) {
            CheckpointChanges changes = committableSerializer.deserialize(
                    committableSerializer.getVersion(), pending.firstEntry().getValue());
            committer.commit(List.of(new OneRequest(changes)));
            pending.pollFirstEntry();
        }
    }

    /** A committer that was believed dead commits what it had. */
    void commitLate(Checkpoint checkpoint) throws IOException {
        pending.clear();
        pending.putAll(checkpoint.committables());
        commitUpTo(checkpoint.id());
    }

    /** How often a bucket was put aside. */
    long treesPutAside() {
        return writers.stream().mapToLong(writer -> writer.memory().putAside()).sum();
    }

    /** Of the first writer. */
    TreeMemory.Figures trees() {
        return writers.get(0).memory();
    }

    /** Of the first writer. */
    long indexRebuilds() {
        return resources.get(0).indexes().statistics().rebuilds();
    }

    public void close() throws IOException {
        for (FirnWriter writer : writers) {
            writer.close();
        }
        committer.close();
    }
}
