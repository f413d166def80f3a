package dev.firn.table;

import dev.firn.feed.FeedConfig;
import dev.firn.iceberg.UnsupportedTableException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.api.config.ExecutionConfigOptions;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.abilities.SupportsFilterPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsProjectionPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsReadingMetadata;
import org.apache.flink.table.connector.source.abilities.SupportsSourceWatermark;
import org.apache.flink.table.connector.source.abilities.SupportsWatermarkPushDown;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.types.DataType;

/**
 * What the planner asks of a table that is read as a changelog. It takes no limit: a changelog's first rows are not the
 * first rows of its result.
 */
final class FirnFeedSource
        implements ScanTableSource,
                SupportsProjectionPushDown,
                SupportsFilterPushDown,
                SupportsReadingMetadata,
                SupportsWatermarkPushDown,
                SupportsSourceWatermark {

    private final DeclaredTable table;
    private final TableAddress address;
    private final FeedConfig config;
    private final Duration idleTimeout;
    private FeedRequest request;

    private FirnFeedSource(
            DeclaredTable table, TableAddress address, FeedConfig config, Duration idleTimeout, FeedRequest request) {
        this.table = table;
        this.address = address;
        this.config = config;
        this.idleTimeout = idleTimeout;
        this.request = request;
    }

    /** Opens nothing yet. */
    static FirnFeedSource of(DeclaredTable table, TableAddress address, FeedConfig config, ReadableConfig job) {
        return new FirnFeedSource(
                table,
                address,
                config,
                job.get(ExecutionConfigOptions.TABLE_EXEC_SOURCE_IDLE_TIMEOUT),
                FeedRequest.of(table.columns()));
    }

    @Override
    public ChangelogMode getChangelogMode() {
        return config.changelog().mode();
    }

    /** Checks the table, so that what does not fit is told before a job starts. */
    @Override
    public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
        try {
            address.provision(provisioner ->
                    provisioner.checkChangesReadable(address.identifier(), table.columns(), table.primaryKey()));
            return request.stream(address, config, table.options());
        } catch (UnsupportedTableException | IllegalArgumentException e) {
            throw new ValidationException(e.getMessage(), e);
        }
    }

    @Override
    public boolean supportsNestedProjection() {
        return false;
    }

    @Override
    public void applyProjection(int[][] projectedFields, DataType producedDataType) {
        request = request.projected(table.columns(), projectedFields, producedDataType);
    }

    @Override
    public Result applyFilters(List<ResolvedExpression> filters) {
        PushedFilters pushed = new PushedFilters(table.columns());
        request = request.filtered(pushed.expression(filters));
        return Result.of(pushed.pushable(filters), filters);
    }

    @Override
    public Map<String, DataType> listReadableMetadata() {
        return FeedRequest.readableMetadata();
    }

    @Override
    public void applyReadableMetadata(List<String> keys, DataType producedDataType) {
        request = request.withMetadata(keys, producedDataType);
    }

    @Override
    public void applyWatermark(WatermarkStrategy<RowData> strategy) {
        request = request.withWatermarks(strategy);
    }

    /** The commit time, which the feed gives each row as its timestamp and which only grows. */
    @Override
    public void applySourceWatermark() {
        WatermarkStrategy<RowData> commitTimes = WatermarkStrategy.forMonotonousTimestamps();
        request = request.withWatermarks(idleTimeout.isZero() ? commitTimes : commitTimes.withIdleness(idleTimeout));
    }

    @Override
    public DynamicTableSource copy() {
        return new FirnFeedSource(table, address, config, idleTimeout, request);
    }

    @Override
    public String asSummaryString() {
        return "Firn changes of " + address.identifier();
    }
}
