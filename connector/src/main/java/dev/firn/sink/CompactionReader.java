package dev.firn.sink;

import dev.firn.iceberg.CommitCounters;
import dev.firn.iceberg.CommitOptions;
import dev.firn.iceberg.CompactionCommitter;
import dev.firn.iceberg.CompactionCommitter.Outcome;
import dev.firn.iceberg.FirnTable;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.runtime.metrics.scope.ScopeFormat;
import org.apache.iceberg.flink.TableLoader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One subtask of a compaction job: has a round done whenever a merge has ended, and every now and then. */
final class CompactionReader implements SourceReader<CompactionReport, NoSplit> {

    private static final Logger LOG = LoggerFactory.getLogger(CompactionReader.class);
    private static final int MOST_FAILURES_IN_A_ROW = 4;

    private final Setup setup;
    private final SourceReaderContext context;
    private volatile CompletableFuture<Void> available = CompletableFuture.completedFuture(null);
    private @Nullable CompactedBuckets buckets;
    private @Nullable Housekeeping housekeeping;

    /** @param interval between two rounds if no merge ends meanwhile */
    record Setup(
            TableLoader tableLoader,
            BucketRouter router,
            SinkConfig config,
            Duration interval,
            Boundedness boundedness) {

        boolean ends() {
            return boundedness == Boundedness.BOUNDED;
        }
    }

    CompactionReader(Setup setup, SourceReaderContext context) {
        this.setup = setup;
        this.context = context;
    }

    @Override
    public void start() {
        try {
            open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void open() throws IOException {
        int subtask = context.getIndexOfSubtask();
        int subtasks = context.currentParallelism();
        FirnTable table = FirnTable.open(setup.tableLoader());
        BucketRouter router = setup.router();
        router.checkFits(table);
        int spec = table.spec().specId();
        WriterResources resources = WriterResources.open(table, setup.config(), "compactor-" + subtask);
        resources.requireCompaction().threads().telling(() -> available.complete(null));
        CompactionCommitter committer = new CompactionCommitter(table, resources.indexes(), CommitOptions.of(jobId()));
        buckets = new CompactedBuckets(
                table,
                resources,
                committer,
                new CompactedBuckets.Share(
                        subtask,
                        file -> file.specId() == spec && router.subtask(file.partition(), subtasks) == subtask,
                        setup.ends() ? CompactedBuckets.Span.PRESENT : CompactedBuckets.Span.ENDLESS));
        register(resources, committer.counters());
        if (subtask == 0 && !setup.ends()) {
            TableChores chores = new TableChores(
                    () -> FirnTable.open(setup.tableLoader()),
                    // Orphans are the sink's: what waits for it in a savepoint is in no snapshot either.
                    setup.config().commits().housekeeping().withoutOrphans(),
                    TableChores.newThread(),
                    InstantSource.system());
            chores.reportTo(context.metricGroup());
            housekeeping = chores.housekeeping();
        }
    }

    private String jobId() {
        return Objects.requireNonNullElse(
                context.metricGroup().getAllVariables().get(ScopeFormat.SCOPE_JOB_ID), "compaction");
    }

    /** As docs/metrics.md lists it. */
    private void register(WriterResources resources, CommitCounters commits) {
        Instruments firn = Instruments.of(context.metricGroup());
        WriterMetrics.registerCompactions(firn, resources);
        FirnCommitter.registerCommits(firn, commits);
    }

    @Override
    public InputStatus pollNext(ReaderOutput<CompactionReport> output) throws IOException {
        CompactedBuckets opened = Objects.requireNonNull(buckets, "start comes first");
        // Ahead of the round, so that a merge which ends meanwhile brings about the next one.
        CompletableFuture<Void> next = new CompletableFuture<>();
        available = next;
        Optional<Outcome> outcome = opened.round();
        outcome.ifPresent(done -> output.collect(new CompactionReport(done.inputs(), done.outputs(), done.refused())));
        if (housekeeping != null) {
            housekeeping.afterCommit();
        }
        if (outcome.isPresent()) {
            return InputStatus.MORE_AVAILABLE;
        }
        if (setup.ends() && !opened.isWorking()) {
            int failures = opened.failuresInARow();
            if (failures == 0) {
                LOG.info("Nothing is left to compact for subtask {}", context.getIndexOfSubtask());
                return InputStatus.END_OF_INPUT;
            }
            if (failures >= MOST_FAILURES_IN_A_ROW) {
                throw new IOException(failures + " compactions of one bucket have failed in a row; the log has the"
                        + " reasons. Mend them and start the job again: what was committed stays");
            }
        }
        available = next.completeOnTimeout(null, setup.interval().toMillis(), TimeUnit.MILLISECONDS);
        return InputStatus.NOTHING_AVAILABLE;
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        return available;
    }

    @Override
    public List<NoSplit> snapshotState(long checkpointId) {
        return List.of();
    }

    @Override
    public void addSplits(List<NoSplit> splits) {}

    @Override
    public void notifyNoMoreSplits() {}

    @Override
    public void close() throws IOException {
        try (Closeable compacted = buckets;
                Closeable chores = housekeeping) {
            LOG.debug("Closing {} and {}", compacted, chores);
        }
    }
}
