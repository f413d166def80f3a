package dev.firn.table;

import dev.firn.feed.EndPoint;
import dev.firn.feed.FeedConfig;
import dev.firn.feed.Handover;
import dev.firn.iceberg.TimeTravel;
import dev.firn.iceberg.UnsupportedTableException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.abilities.SupportsFilterPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsLimitPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsProjectionPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsReadingMetadata;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.types.DataType;
import org.apache.iceberg.flink.FlinkReadOptions;
import org.apache.iceberg.flink.source.IcebergTableSource;

/**
 * What the planner asks of a table of which one snapshot is read: iceberg-flink's own source, with its filter,
 * projection and limit push-down, and the types that the table is declared with. A query for metadata columns reads the
 * snapshot with the change feed, which knows them.
 */
final class FirnTableSource
        implements ScanTableSource,
                SupportsFilterPushDown,
                SupportsProjectionPushDown,
                SupportsLimitPushDown,
                SupportsReadingMetadata {

    private final IcebergTableSource source;
    private final DeclaredTable table;
    private final TableAddress address;
    private final TimeTravel when;
    private FeedRequest request;

    private FirnTableSource(
            IcebergTableSource source,
            DeclaredTable table,
            TableAddress address,
            TimeTravel when,
            FeedRequest request) {
        this.source = source;
        this.table = table;
        this.address = address;
        this.when = when;
        this.request = request;
    }

    /** Opens nothing yet. */
    static FirnTableSource of(
            DeclaredTable table, TableAddress address, TimeTravel when, ReadableConfig configuration) {
        IcebergTableSource source = new IcebergTableSource(
                address.tableLoader(), table.physicalSchema(), icebergOptions(table, when), configuration);
        return new FirnTableSource(source, table, address, when, FeedRequest.of(table.columns()));
    }

    private static Map<String, String> icebergOptions(DeclaredTable table, TimeTravel when) {
        Map<String, String> options = new HashMap<>();
        table.options()
                .own()
                .getOptional(FirnOptions.SCAN_PARALLELISM)
                .ifPresent(parallelism -> options.put(FactoryUtil.SOURCE_PARALLELISM.key(), parallelism.toString()));
        if (when instanceof TimeTravel.ToSnapshot snapshot) {
            options.put(FlinkReadOptions.SNAPSHOT_ID.key(), Long.toString(snapshot.id()));
        } else if (when instanceof TimeTravel.ToTag tag) {
            options.put(FlinkReadOptions.TAG.key(), tag.name());
        } else if (when instanceof TimeTravel.ToBranch branch) {
            options.put(FlinkReadOptions.BRANCH.key(), branch.name());
        } else if (when instanceof TimeTravel.ToTime time) {
            options.put(FlinkReadOptions.AS_OF_TIMESTAMP.key(), Long.toString(time.epochMillis()));
        }
        return options;
    }

    @Override
    public ChangelogMode getChangelogMode() {
        return ChangelogMode.insertOnly();
    }

    /** Checks the table, so that what does not fit is told before a job starts. */
    @Override
    public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
        try {
            OptionalLong snapshot =
                    address.ask(provisioner -> provisioner.checkReadable(address.identifier(), table.columns(), when));
            return request.metadata().isEmpty()
                    ? new DeclaredTypes(
                            (DataStreamScanProvider) source.getScanRuntimeProvider(context), request.produced())
                    : request.stream(address, scan(snapshot), table.options());
        } catch (UnsupportedTableException | IllegalArgumentException e) {
            throw new ValidationException(e.getMessage(), e);
        }
    }

    /** A feed that begins and ends with the rows of one snapshot. Nothing has to wait for the scan's end. */
    private static FeedConfig scan(OptionalLong snapshot) {
        return FeedConfig.defaults()
                .withHandover(Handover.AT_CHECKPOINT)
                .until(snapshot.isPresent() ? new EndPoint.AtSnapshot(snapshot.getAsLong()) : new EndPoint.Latest());
    }

    @Override
    public Result applyFilters(List<ResolvedExpression> filters) {
        PushedFilters pushed = new PushedFilters(table.columns());
        List<ResolvedExpression> pushable = pushed.pushable(filters);
        source.applyFilters(pushable);
        request = request.filtered(pushed.expression(filters));
        return Result.of(pushable, filters);
    }

    @Override
    public boolean supportsNestedProjection() {
        return source.supportsNestedProjection();
    }

    @Override
    public void applyProjection(int[][] projectedFields, DataType producedDataType) {
        source.applyProjection(projectedFields, producedDataType);
        request = request.projected(table.columns(), projectedFields, producedDataType);
    }

    @Override
    public void applyLimit(long limit) {
        source.applyLimit(limit);
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
    public DynamicTableSource copy() {
        return new FirnTableSource((IcebergTableSource) source.copy(), table, address, when, request);
    }

    @Override
    public String asSummaryString() {
        return "Firn table " + address.identifier();
    }
}
