package dev.firn.benchmarks.contest;

import dev.firn.benchmarks.workload.RowMaker;
import dev.firn.benchmarks.workload.RowSum;
import dev.firn.benchmarks.workload.Told;
import dev.firn.benchmarks.workload.Workload;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.DistributionMode;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.flink.sink.IcebergSink;

/** Iceberg's own sink for Flink. */
final class IcebergContestant implements Contestant {

    private final Told told;
    private final Lake.Identity identity;

    private IcebergContestant(Told told, Lake.Identity identity) {
        this.told = told;
        this.identity = identity;
    }

    /** Every change is a row; identifier fields would make it write deletes. */
    static IcebergContestant appending() {
        return new IcebergContestant(Told.EVERY_CHANGE, Lake.Identity.NONE);
    }

    /** What a perfect compaction would have left. */
    static IcebergContestant ofSurvivors() {
        return new IcebergContestant(Told.SURVIVORS, Lake.Identity.NONE);
    }

    /** With equality deletes. */
    static IcebergContestant upserting() {
        return new IcebergContestant(Told.EVERY_CHANGE, Lake.Identity.KEYED);
    }

    @Override
    public Told told() {
        return told;
    }

    @Override
    public void create(Lake lake, Workload workload) {
        Schema schema = Lake.schema(workload.rows(), identity);
        lake.create(
                schema,
                workload.rows().byDay()
                        ? PartitionSpec.builderFor(schema).identity("day").build()
                        : PartitionSpec.unpartitioned());
    }

    @Override
    public void write(DataStream<RowData> changes, Lake lake, Workload workload) {
        IcebergSink.Builder sink =
                IcebergSink.forRowData(changes).tableLoader(lake.loader()).writeParallelism(workload.lanes());
        if (identity == Lake.Identity.KEYED) {
            sink.equalityFieldColumns(RowMaker.keyColumns(workload.rows())).upsert(true);
        } else {
            sink.distributionMode(DistributionMode.NONE);
        }
        sink.append();
    }

    @Override
    public DataStream<RowData> scan(StreamExecutionEnvironment environment, Lake lake) {
        return lake.scan(environment);
    }

    @Override
    public RowSum expected(Workload workload) {
        return (identity == Lake.Identity.KEYED ? Told.SURVIVORS : told)
                .by(workload)
                .sum(workload);
    }

    @Override
    public Footprint footprint(Lake lake) {
        return lake.footprint();
    }
}
