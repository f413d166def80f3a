package dev.firn.e2e;

import dev.firn.e2e.ChangelogSource.Range;
import dev.firn.iceberg.PortableTable;
import dev.firn.sink.FirnSink;
import dev.firn.sink.SinkConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.ExecutionPlan;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;

/**
 * A job that writes a changelog into a portable table, and whose savepoints later versions restore: never change it.
 */
final class UpgradeJob implements Job {

    static final Changelog CHANGELOG = new Changelog(8, 900, 60);
    static final int CHANGES_PER_CHECKPOINT = 300;

    private final PortableTable table;
    private final JobDisk disk;
    private final Range range;
    private final Configuration configuration;
    private final Trouble trouble = Trouble.none();

    UpgradeJob(PortableTable table, Path disk, Range range, Duration betweenCheckpoints) {
        this.table = table;
        this.disk = new JobDisk(disk);
        this.range = range;
        this.configuration = this.disk.configuration(betweenCheckpoints);
    }

    UpgradeJob from(String savepoint) {
        configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        return this;
    }

    Trouble trouble() {
        return trouble;
    }

    @Override
    public JobDisk disk() {
        return disk;
    }

    @Override
    public ExecutionPlan plan() {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(1);
        env.fromSource(
                        new ChangelogSource(CHANGELOG, range),
                        WatermarkStrategy.noWatermarks(),
                        "changelog",
                        InternalTypeInfo.of(Change.ROW_TYPE))
                .uid("changelog")
                .map(trouble.map())
                .returns(InternalTypeInfo.of(Change.ROW_TYPE))
                .uid("trouble")
                .sinkTo(FirnSink.forRowData(new TroubledLoader(table, trouble))
                        .config(SinkConfig.defaults()
                                .withIndexes(new SinkConfig.IndexConfig(
                                        1 << 20, List.of(disk.local().toString()))))
                        .build())
                .uid("firn")
                .setParallelism(2);
        return env.getStreamGraph();
    }
}
