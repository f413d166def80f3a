package dev.firn.table;

import dev.firn.feed.ChangeFeedSource;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/**
 * A change feed's rows as a stream, with watermarks made in the source, split by split.
 *
 * @param produced type of the rows, metadata columns included
 * @param parallelism null for the job's
 */
record FeedStream(
        ChangeFeedSource source,
        RowType produced,
        WatermarkStrategy<RowData> watermarks,
        String name,
        @Nullable Integer parallelism)
        implements DataStreamScanProvider {

    @Override
    public DataStream<RowData> produceDataStream(ProviderContext context, StreamExecutionEnvironment environment) {
        DataStreamSource<RowData> rows =
                environment.fromSource(source, watermarks, name, InternalTypeInfo.of(produced));
        if (parallelism != null) {
            rows.setParallelism(parallelism);
        }
        context.generateUid("change-feed").ifPresent(rows::uid);
        return rows;
    }

    @Override
    public boolean isBounded() {
        return source.getBoundedness() == Boundedness.BOUNDED;
    }

    @Override
    public Optional<Integer> getParallelism() {
        return Optional.ofNullable(parallelism);
    }
}
