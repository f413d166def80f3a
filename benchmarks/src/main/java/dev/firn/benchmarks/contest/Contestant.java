package dev.firn.benchmarks.contest;

import dev.firn.benchmarks.workload.RowSum;
import dev.firn.benchmarks.workload.Told;
import dev.firn.benchmarks.workload.Workload;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/** Something that takes a changelog in, and most often is asked for it again. */
interface Contestant {

    /** What is told to it. */
    default Told told() {
        return Told.EVERY_CHANGE;
    }

    /** Makes an empty table for this workload. */
    void create(Lake lake, Workload workload);

    /** Adds itself to a job. */
    void write(DataStream<RowData> changes, Lake lake, Workload workload);

    /** The table as a batch job reads it; null if there is no table. */
    @Nullable DataStream<RowData> scan(StreamExecutionEnvironment environment, Lake lake);

    /** What the table has to hold. */
    default RowSum expected(Workload workload) {
        return Told.SURVIVORS.by(workload).sum(workload);
    }

    /** What the current state of the table takes up, deletes included. */
    Footprint footprint(Lake lake);
}
