package dev.firn.benchmarks.contest;

import dev.firn.benchmarks.workload.RowSum;
import dev.firn.benchmarks.workload.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFilterFunction;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.checkpoint.AbstractCheckpointStats;
import org.apache.flink.runtime.checkpoint.CheckpointStatsStatus;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.types.RowKind;

/** A Flink of this process in which contestants run one after the other, and what each run cost. */
final class Arena implements AutoCloseable {

    private static final int MOST_CHECKPOINTS = 100_000;
    static final Duration NEVER = Duration.ofDays(30);
    private static final String ROWS = "rows";
    private static final String BALANCE = "balance";
    private static final String SUM = "sum";
    private static final long POLL_MILLIS = 20;
    private static final long GLANCE_MILLIS = 20;

    private final MiniCluster cluster;
    private final Path checkpoints;
    private final int lanes;

    private Arena(MiniCluster cluster, Path checkpoints, int lanes) {
        this.cluster = cluster;
        this.checkpoints = checkpoints;
        this.lanes = lanes;
    }

    static Arena open(Path directory, int lanes) throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(WebOptions.CHECKPOINTS_HISTORY_SIZE, MOST_CHECKPOINTS);
        configuration.set(RestOptions.BIND_PORT, "0");
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(512));
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(128));
        MiniCluster cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(lanes)
                .build());
        cluster.start();
        return new Arena(cluster, directory.resolve("checkpoints"), lanes);
    }

    /** When checkpoints are taken. */
    sealed interface Pace {

        /** After so many changes, and nothing goes on meanwhile. */
        record Batches(long changes) implements Pace {}

        /**
         * At equal distances in time.
         *
         * @param changesPerSecond that come at most
         */
        record Intervals(Duration interval, long changesPerSecond) implements Pace {}

        default long mostPerSecond() {
            return this instanceof Intervals intervals ? intervals.changesPerSecond() : Long.MAX_VALUE;
        }
    }

    /** Tells a contestant its script. */
    Run ingest(Contestant contestant, Lake lake, Workload workload, Pace pace) throws Exception {
        long lanes = workload.lanes();
        // The lanes stop at equal numbers: what does not divide among them would be waited for in vain.
        long batch =
                pace instanceof Pace.Batches batches ? Math.max(1, batches.changes() / lanes) * lanes : Long.MAX_VALUE;
        Script script = new Script(workload, contestant.told(), batch, pace.mostPerSecond());
        long length = script.length();
        StreamExecutionEnvironment environment = environment(RuntimeExecutionMode.STREAMING);
        environment.enableCheckpointing(
                pace instanceof Pace.Intervals intervals ? intervals.interval().toMillis() : NEVER.toMillis());
        contestant.write(
                environment.fromSource(new LaneSource(script), WatermarkStrategy.noWatermarks(), "Changes"),
                lake,
                workload);
        Progress.ofThisProcess().reset();
        Meter meter = Meter.start();
        Job job = submit(environment.getStreamGraph());
        long told = 0;
        while (told < length && !job.isOver()) {
            long goal = pace instanceof Pace.Batches ? Math.min(length, told + batch) : length;
            while (Progress.ofThisProcess().told() < goal && !job.isOver()) {
                Thread.sleep(POLL_MILLIS);
            }
            told = goal;
            awaitCheckpoint(job);
        }
        while (!job.isOver()) {
            checkpoint(job);
            Thread.sleep(POLL_MILLIS);
        }
        JobResult result = job.result().get();
        Run.Cost cost = meter.stop();
        result.toJobExecutionResult(Arena.class.getClassLoader());
        return new Run(cost, length, checkpointMillis(job.id()));
    }

    /**
     * A job that was begun.
     *
     * @param result comes when it is over; to look whether it has costs nothing, while Flink makes a picture of the
     *     whole job for who asks for its status
     */
    record Job(JobID id, CompletableFuture<JobResult> result) {

        boolean isOver() {
            return result.isDone();
        }
    }

    Job submit(StreamGraph graph) throws Exception {
        JobID id = cluster.submitJob(graph).get().getJobID();
        return new Job(id, cluster.requestJobResult(id));
    }

    /** Until one is complete: the lanes wait for it. */
    private void awaitCheckpoint(Job job) throws Exception {
        while (!job.isOver() && !checkpoint(job)) {
            // A task was not running yet, or another checkpoint was on its way.
            Thread.sleep(POLL_MILLIS);
        }
    }

    /** Whether a checkpoint was asked for that is complete. */
    private boolean checkpoint(Job job) throws Exception {
        CompletableFuture<String> checkpoint = cluster.triggerCheckpoint(job.id());
        while (!job.isOver()) {
            try {
                checkpoint.get(GLANCE_MILLIS, TimeUnit.MILLISECONDS);
                return true;
            } catch (TimeoutException e) {
                // It takes its time; or it was asked for when the job had just ended, and never answers.
            } catch (ExecutionException e) {
                return false;
            }
        }
        return false;
    }

    private List<Long> checkpointMillis(JobID job) throws Exception {
        var statistics = cluster.getExecutionGraph(job).get().getCheckpointStatsSnapshot();
        if (statistics == null) {
            return List.of();
        }
        return statistics.getHistory().getCheckpoints().stream()
                .filter(checkpoint -> checkpoint.getStatus() == CheckpointStatsStatus.COMPLETED)
                .sorted(Comparator.comparingLong(AbstractCheckpointStats::getCheckpointId))
                .map(AbstractCheckpointStats::getEndToEndDuration)
                .toList();
    }

    /** Rows of a table or of its changelog, as much of a row read as it takes to add up its values. */
    record Scan(Run run, RowSum sum) {}

    Scan scan(DataStream<RowData> rows, RowType type) throws Exception {
        StreamExecutionEnvironment environment = rows.getExecutionEnvironment();
        rows.filter(new Adding(new RowSum.Of(type))).name("Add up").sinkTo(new DiscardingSink<>());
        Meter meter = Meter.start();
        JobResult result = submit(environment.getStreamGraph()).result().get();
        Run.Cost cost = meter.stop();
        JobExecutionResult answer = result.toJobExecutionResult(Arena.class.getClassLoader());
        Long count = answer.getAccumulatorResult(ROWS);
        Long balance = answer.getAccumulatorResult(BALANCE);
        Long sum = answer.getAccumulatorResult(SUM);
        return new Scan(new Run(cost, count, List.of()), new RowSum(balance, sum));
    }

    MiniCluster cluster() {
        return cluster;
    }

    Path savepoints() {
        return checkpoints.resolveSibling("savepoints");
    }

    StreamExecutionEnvironment environment(RuntimeExecutionMode mode) {
        Configuration configuration = new Configuration();
        configuration.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        StreamExecutionEnvironment environment = new StreamExecutionEnvironment(configuration);
        environment.setRuntimeMode(mode);
        environment.setParallelism(lanes);
        environment.getConfig().enableObjectReuse();
        return environment;
    }

    @Override
    public void close() {
        cluster.closeAsync().join();
    }

    /** Lets nothing through. What a changelog takes back is subtracted. */
    private static final class Adding extends RichFilterFunction<RowData> {

        private final RowSum.Of of;
        private final LongCounter rows = new LongCounter();
        private final LongCounter balance = new LongCounter();
        private final LongCounter sum = new LongCounter();

        private Adding(RowSum.Of of) {
            this.of = of;
        }

        @Override
        public void open(OpenContext context) {
            getRuntimeContext().addAccumulator(ROWS, rows);
            getRuntimeContext().addAccumulator(BALANCE, balance);
            getRuntimeContext().addAccumulator(SUM, sum);
        }

        @Override
        public boolean filter(RowData row) {
            rows.add(1L);
            boolean comes = row.getRowKind() == RowKind.INSERT || row.getRowKind() == RowKind.UPDATE_AFTER;
            balance.add(comes ? 1L : -1L);
            sum.add(comes ? of.row(row) : -of.row(row));
            return false;
        }
    }
}
