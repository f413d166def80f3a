package dev.firn.e2e;

import dev.firn.feed.ChangeFeedSource;
import dev.firn.feed.EndPoint;
import dev.firn.feed.FeedConfig;
import dev.firn.feed.Handover;
import dev.firn.feed.MetadataColumn;
import dev.firn.feed.StartPoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.graph.ExecutionPlan;

/**
 * A job that listens to the feed of a warehouse's table from the earliest snapshot: readers, a map that may fail beside
 * each, and one listener. By default it has two readers and no end, takes checkpoints all the time, and is not to fail.
 */
final class FeedJob implements Job {

    private static final Duration CHECKPOINT_INTERVAL = Duration.ofMillis(20);

    private final Warehouse warehouse;
    private final Told told;
    private final JobDisk disk;
    private final Configuration configuration;
    private FeedConfig feed =
            FeedConfig.defaults().from(new StartPoint.Earliest()).withMonitorInterval(Duration.ofMillis(20));
    private int rowsPerCheckpoint = Integer.MAX_VALUE;
    private Trouble trouble = Trouble.none();
    private int parallelism = 2;

    /** @param disk for checkpoints and savepoints */
    FeedJob(Warehouse warehouse, Told told, Path disk) {
        this.warehouse = warehouse;
        this.told = told;
        this.disk = new JobDisk(disk);
        this.configuration = this.disk.configuration(CHECKPOINT_INTERVAL);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 0);
    }

    /** Ends with the newest snapshot. */
    FeedJob untilLatest() {
        feed = feed.until(new EndPoint.Latest());
        return this;
    }

    FeedJob handover(Handover handover) {
        feed = feed.withHandover(handover);
        return this;
    }

    /** How many rows each reader lets through between two checkpoints. */
    FeedJob rowsPerCheckpoint(int rows) {
        rowsPerCheckpoint = rows;
        return this;
    }

    FeedJob parallelism(int readers) {
        parallelism = readers;
        return this;
    }

    /** Restarts after each failure. */
    FeedJob trouble(Trouble script) {
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, script.left());
        trouble = script;
        return this;
    }

    /** @param snapshot a checkpoint or savepoint */
    FeedJob from(String snapshot) {
        configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, snapshot);
        return this;
    }

    @Override
    public ExecutionPlan plan() {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(parallelism);
        ChangeFeedSource source = ChangeFeedSource.forRowData(warehouse.loader())
                .metadata(List.of(MetadataColumn.SNAPSHOT_ID))
                .config(feed)
                .build();
        var type = source.getProducedType();
        env.fromSource(new PacedSource<>(source, rowsPerCheckpoint), WatermarkStrategy.noWatermarks(), "feed", type)
                .uid("feed")
                .map(trouble.map())
                .returns(type)
                .uid("trouble")
                .map(told.map(type))
                .returns(type)
                .uid("told")
                .setParallelism(1)
                .sinkTo(new DiscardingSink<>())
                .setParallelism(1);
        return env.getStreamGraph();
    }

    @Override
    public JobDisk disk() {
        return disk;
    }
}
