package dev.firn.benchmarks.contest;

import dev.firn.benchmarks.workload.RowMaker;
import dev.firn.benchmarks.workload.Workload;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/** Flink alone: what it costs to make the changes, and to bring those of a key together. */
final class Discarding implements Contestant {

    private final Exchange exchange;

    private enum Exchange {
        NONE,
        BY_KEY
    }

    private Discarding(Exchange exchange) {
        this.exchange = exchange;
    }

    static Discarding asItComes() {
        return new Discarding(Exchange.NONE);
    }

    static Discarding byKey() {
        return new Discarding(Exchange.BY_KEY);
    }

    @Override
    public void create(Lake lake, Workload workload) {
        // Nothing is kept.
    }

    @Override
    public void write(DataStream<RowData> changes, Lake lake, Workload workload) {
        if (exchange == Exchange.NONE) {
            changes.sinkTo(new DiscardingSink<>());
            return;
        }
        int last = RowMaker.keyColumns(workload.rows()).size() - 1;
        DataStream<RowData> keyed = workload.rows().key() == Workload.KeyShape.UUID
                ? changes.keyBy(row -> row.getString(last).toString(), Types.STRING)
                : changes.keyBy(row -> row.getLong(last), Types.LONG);
        keyed.sinkTo(new DiscardingSink<>());
    }

    @Override
    public @Nullable DataStream<RowData> scan(StreamExecutionEnvironment environment, Lake lake) {
        return null;
    }

    @Override
    public Footprint footprint(Lake lake) {
        return Footprint.NONE;
    }
}
