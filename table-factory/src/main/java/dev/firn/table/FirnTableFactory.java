package dev.firn.table;

import java.util.Set;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.DynamicTableSourceFactory;

/** Makes sinks and sources of tables that are declared {@code WITH ('connector' = 'firn')}. */
public final class FirnTableFactory implements DynamicTableSinkFactory, DynamicTableSourceFactory {

    @Override
    public String factoryIdentifier() {
        return "firn";
    }

    /** None: which are required depends on the catalog. */
    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of();
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return FirnOptions.ALL;
    }

    /** A sink whose table is created, or checked, when the job is translated. */
    @Override
    public DynamicTableSink createDynamicTableSink(Context context) {
        DeclaredTable table = DeclaredTable.of(context.getCatalogTable());
        TableAddress address = TableAddress.of(table.options(), context.getObjectIdentifier());
        return FirnTableSink.of(table, address);
    }

    /** A source of the table's current snapshot, whose table is checked when the job is translated. */
    @Override
    public DynamicTableSource createDynamicTableSource(Context context) {
        DeclaredTable table = DeclaredTable.of(context.getCatalogTable());
        TableAddress address = TableAddress.of(table.options(), context.getObjectIdentifier());
        if (context.getConfiguration().get(ExecutionOptions.RUNTIME_MODE) != RuntimeExecutionMode.BATCH) {
            throw new ValidationException(
                    "Table " + context.getObjectIdentifier().asSummaryString()
                            + " can be read in batch mode only. SET 'execution.runtime-mode' = 'batch' for this query.");
        }
        return FirnTableSource.of(table, address, context.getConfiguration());
    }
}
