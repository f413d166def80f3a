package dev.firn.table;

import dev.firn.iceberg.UnsupportedTableException;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.abilities.SupportsFilterPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsLimitPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsProjectionPushDown;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.flink.source.IcebergTableSource;

/**
 * What the planner asks of a table that is read: iceberg-flink's own source of the current snapshot, with its filter,
 * projection and limit push-down, and the types that the table is declared with.
 */
final class FirnTableSource
        implements ScanTableSource, SupportsFilterPushDown, SupportsProjectionPushDown, SupportsLimitPushDown {

    private final IcebergTableSource source;
    private final TableAddress address;
    private final RowType columns;
    private RowType produced;

    private FirnTableSource(IcebergTableSource source, TableAddress address, RowType columns, RowType produced) {
        this.source = source;
        this.address = address;
        this.columns = columns;
        this.produced = produced;
    }

    /** Opens nothing yet. */
    static FirnTableSource of(DeclaredTable table, TableAddress address, ReadableConfig configuration) {
        IcebergTableSource source =
                new IcebergTableSource(address.tableLoader(), table.physicalSchema(), Map.of(), configuration);
        return new FirnTableSource(source, address, table.columns(), table.columns());
    }

    @Override
    public ChangelogMode getChangelogMode() {
        return ChangelogMode.insertOnly();
    }

    @Override
    public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
        try {
            address.provision(provisioner -> provisioner.checkReadable(address.identifier(), columns));
        } catch (UnsupportedTableException | IllegalArgumentException e) {
            throw new ValidationException(e.getMessage(), e);
        }
        return new DeclaredTypes((DataStreamScanProvider) source.getScanRuntimeProvider(context), produced);
    }

    @Override
    public Result applyFilters(List<ResolvedExpression> filters) {
        return source.applyFilters(filters);
    }

    @Override
    public boolean supportsNestedProjection() {
        return source.supportsNestedProjection();
    }

    @Override
    public void applyProjection(int[][] projectedFields, DataType producedDataType) {
        source.applyProjection(projectedFields, producedDataType);
        produced = (RowType) producedDataType.getLogicalType();
    }

    @Override
    public void applyLimit(long limit) {
        source.applyLimit(limit);
    }

    @Override
    public DynamicTableSource copy() {
        return new FirnTableSource((IcebergTableSource) source.copy(), address, columns, produced);
    }

    @Override
    public String asSummaryString() {
        return "Firn table " + address.identifier();
    }
}
