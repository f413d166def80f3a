package dev.firn.table;

import dev.firn.feed.ChangeFeedSource;
import dev.firn.feed.FeedConfig;
import dev.firn.feed.MetadataColumn;
import dev.firn.iceberg.UnsupportedTableException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.utils.TypeConversions;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;

/**
 * What one query asks a feed for.
 *
 * @param columns the physical ones, in the query's order
 * @param metadata columns behind them
 * @param filter that at least the wanted rows pass
 * @param produced type of the rows as the planner has it: columns, then metadata
 */
record FeedRequest(
        RowType columns,
        List<MetadataColumn> metadata,
        Expression filter,
        RowType produced,
        WatermarkStrategy<RowData> watermarks) {

    FeedRequest {
        metadata = List.copyOf(metadata);
    }

    /** All columns of all rows, without metadata and watermarks. */
    static FeedRequest of(RowType columns) {
        return new FeedRequest(columns, List.of(), Expressions.alwaysTrue(), columns, WatermarkStrategy.noWatermarks());
    }

    FeedRequest projected(RowType all, int[][] fields, DataType producing) {
        RowType projected = new RowType(
                false,
                Arrays.stream(fields).map(path -> all.getFields().get(path[0])).toList());
        return new FeedRequest(projected, metadata, filter, rowType(producing), watermarks);
    }

    FeedRequest filtered(Expression rows) {
        return new FeedRequest(columns, metadata, rows, produced, watermarks);
    }

    FeedRequest withMetadata(List<String> keys, DataType producing) {
        List<MetadataColumn> asked =
                keys.stream().map(FeedRequest::metadataColumn).toList();
        return new FeedRequest(columns, asked, filter, rowType(producing), watermarks);
    }

    FeedRequest withWatermarks(WatermarkStrategy<RowData> strategy) {
        return new FeedRequest(columns, metadata, filter, produced, strategy);
    }

    /**
     * Opens the table.
     *
     * @throws IllegalArgumentException if the table does not serve the request, with problem, cause and remedy
     * @throws UnsupportedTableException likewise
     */
    FeedStream stream(TableAddress address, FeedConfig config, DeclaredOptions options) {
        ChangeFeedSource source = OwnClasses.visibleTo(() -> ChangeFeedSource.forRowData(address.tableLoader())
                .rowType(columns)
                .metadata(metadata)
                .filter(filter)
                .config(config)
                .build());
        return new FeedStream(
                source,
                produced,
                watermarks,
                "Changes of " + address.identifier(),
                options.own().getOptional(FirnOptions.SCAN_PARALLELISM).orElse(null));
    }

    /** What {@link #withMetadata} knows, and of which types. */
    static Map<String, DataType> readableMetadata() {
        Map<String, DataType> readable = new LinkedHashMap<>();
        for (MetadataColumn column : MetadataColumn.values()) {
            readable.put(column.key(), TypeConversions.fromLogicalToDataType(column.type()));
        }
        return readable;
    }

    private static MetadataColumn metadataColumn(String key) {
        return Arrays.stream(MetadataColumn.values())
                .filter(column -> column.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("The planner asks for metadata '" + key + "'"));
    }

    private static RowType rowType(DataType producing) {
        return (RowType) producing.getLogicalType();
    }
}
