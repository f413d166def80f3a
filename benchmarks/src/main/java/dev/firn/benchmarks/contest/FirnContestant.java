package dev.firn.benchmarks.contest;

import dev.firn.benchmarks.workload.RowMaker;
import dev.firn.benchmarks.workload.Workload;
import dev.firn.sink.CompactionConfig;
import dev.firn.sink.FirnSink;
import dev.firn.sink.SinkConfig;
import java.util.List;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.RowData;

/** Firn, with everything as it comes but the compaction. */
final class FirnContestant implements Contestant {

    private final CompactionConfig compaction;

    FirnContestant(CompactionConfig compaction) {
        this.compaction = compaction;
    }

    @Override
    public void create(Lake lake, Workload workload) {
        lake.provision(
                RowMaker.rowType(workload.rows()),
                RowMaker.keyColumns(workload.rows()),
                workload.rows().byDay() ? List.of("day") : List.of());
    }

    @Override
    public void write(DataStream<RowData> changes, Lake lake, Workload workload) {
        SinkConfig defaults = SinkConfig.defaults();
        SinkConfig.IndexConfig indexes = new SinkConfig.IndexConfig(
                defaults.indexes().filterBytes(), List.of(lake.local().toString()));
        changes.sinkTo(FirnSink.forRowData(lake.loader())
                .config(defaults.withIndexes(indexes).withCompaction(compaction))
                .build());
    }

    @Override
    public DataStream<RowData> scan(StreamExecutionEnvironment environment, Lake lake) {
        return lake.scan(environment);
    }

    @Override
    public Footprint footprint(Lake lake) {
        return lake.footprint();
    }
}
