package dev.firn.table;

import dev.firn.iceberg.TimeTravel;
import java.util.Set;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ReadableConfig;
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

    /**
     * In batch mode a source of one snapshot, else of a change feed. Its table is checked when the job is translated.
     */
    @Override
    public DynamicTableSource createDynamicTableSource(Context context) {
        DeclaredTable table = DeclaredTable.of(context.getCatalogTable());
        TableAddress address = TableAddress.of(table.options(), context.getObjectIdentifier());
        ReadableConfig job = context.getConfiguration();
        try {
            if (job.get(ExecutionOptions.RUNTIME_MODE) == RuntimeExecutionMode.BATCH) {
                TimeTravel when = FeedSpelling.snapshot(table.options().own());
                return FirnTableSource.of(table, address, when, job);
            }
            return FirnFeedSource.of(
                    table, address, FeedSpelling.feed(table.options().own(), job), job);
        } catch (IllegalArgumentException e) {
            throw new ValidationException(e.getMessage(), e);
        }
    }
}
