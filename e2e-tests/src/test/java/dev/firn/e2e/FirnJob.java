package dev.firn.e2e;

import dev.firn.e2e.ChangelogSource.Range;
import dev.firn.e2e.ChangelogSource.Then;
import dev.firn.sink.FirnSink;
import dev.firn.sink.SinkConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.ExecutionPlan;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;

/**
 * A job that writes a changelog into a warehouse's table: one source, a map that may fail, a sink. By default it plays
 * the whole changelog with two writers, takes checkpoints all the time and restarts when it fails.
 */
final class FirnJob implements Job {

    private static final Duration CHECKPOINT_INTERVAL = Duration.ofMillis(100);
    private static final long MEBIBYTE = 1 << 20;

    private final Warehouse warehouse;
    private final Changelog changelog;
    private final JobDisk disk;
    private final Configuration configuration;
    private Range range;
    private Trouble trouble = Trouble.none();
    private SinkConfig sinkConfig;
    private int parallelism = 2;

    /** @param disk for checkpoints, savepoints and local indexes */
    FirnJob(Warehouse warehouse, Changelog changelog, Path disk) {
        this.warehouse = warehouse;
        this.changelog = changelog;
        this.disk = new JobDisk(disk);
        this.configuration = this.disk.configuration(CHECKPOINT_INTERVAL);
        this.range = new Range(changelog.length(), changelog.length() / 12, Then.FINISH);
        this.sinkConfig = SinkConfig.defaults()
                .withWriteBufferBytes(MEBIBYTE)
                .withIndexes(new SinkConfig.IndexConfig(
                        MEBIBYTE, List.of(this.disk.local().toString())));
    }

    /** Plays so many changes of the changelog, and then waits for more. */
    FirnJob waitingAt(int position) {
        range = new Range(position, range.perCheckpoint(), Then.WAIT);
        return this;
    }

    FirnJob changesPerCheckpoint(int changes) {
        range = new Range(range.until(), changes, range.then());
        return this;
    }

    FirnJob parallelism(int writers) {
        parallelism = writers;
        return this;
    }

    FirnJob trouble(Trouble script) {
        trouble = script;
        return this;
    }

    FirnJob acceptingOlderState() {
        sinkConfig = sinkConfig.acceptingOlderState();
        return this;
    }

    /** An idle job then commits nothing, not even late compactions. */
    FirnJob withoutCompaction() {
        sinkConfig = sinkConfig.withCompaction(sinkConfig.compaction().withThreads(0));
        return this;
    }

    /** So small that a checkpoint's rows do not fit. */
    FirnJob writeBufferBytes(long bytes) {
        sinkConfig = sinkConfig.withWriteBufferBytes(bytes);
        return this;
    }

    /** @param snapshot a checkpoint or savepoint */
    FirnJob from(String snapshot) {
        configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, snapshot);
        return this;
    }

    FirnJob batch() {
        configuration.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.BATCH);
        return withoutCheckpoints();
    }

    /** Nothing holds the source back. */
    FirnJob withoutCheckpoints() {
        configuration.removeConfig(CheckpointingOptions.CHECKPOINTING_INTERVAL);
        return changesPerCheckpoint(Integer.MAX_VALUE);
    }

    /** Checkpoints are taken by the test alone. */
    FirnJob checkpointsOnDemand() {
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofDays(1));
        return this;
    }

    /** A checkpoint that fails is given up, and the job goes on. */
    FirnJob toleratingFailedCheckpoints() {
        configuration.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, Integer.MAX_VALUE);
        return this;
    }

    /** How often the job restarts before it has failed for good. */
    FirnJob restarts(int attempts) {
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, attempts);
        return this;
    }

    @Override
    public ExecutionPlan plan() {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(1);
        var rows = env.fromSource(
                        new ChangelogSource(changelog, range),
                        WatermarkStrategy.noWatermarks(),
                        "changelog",
                        InternalTypeInfo.of(Change.ROW_TYPE))
                .uid("changelog")
                .map(trouble.map())
                .returns(InternalTypeInfo.of(Change.ROW_TYPE))
                .uid("trouble");
        rows.sinkTo(FirnSink.forRowData(new TroubledLoader(warehouse.loader(), trouble))
                        .config(sinkConfig)
                        .build())
                .uid("firn")
                .setParallelism(parallelism);
        return env.getStreamGraph();
    }

    /** Waits until the table has the rows after so many changes. */
    void awaitCommitted(int applied) throws InterruptedException {
        var rows = new SnapshotOracle(changelog.changes()).rowsAfter(applied);
        awaitCommit(() -> {
            var table = warehouse.table();
            return SnapshotOracle.rows(table, table.currentSnapshot()).equals(rows);
        });
    }

    /** Waits until a condition holds, which can change only with a commit of this job. */
    void awaitCommit(BooleanSupplier condition) throws InterruptedException {
        trouble.awaitCommit(condition);
    }

    /** Waits until so many rows are on their way to the sink. */
    void awaitRows(long rows) throws InterruptedException {
        trouble.awaitRows(rows);
    }

    @Override
    public JobDisk disk() {
        return disk;
    }

    void loseLocalDisk() throws IOException {
        disk.loseLocal();
    }
}
