package dev.firn.table;

import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.iceberg.flink.FlinkDynamicTableFactory;

/** Makes sinks and sources of a {@link FirnCatalog}'s tables. Metadata tables are read by iceberg-flink alone. */
record CatalogTableFactory(FirnTableFactory tables, FlinkDynamicTableFactory metadataTables)
        implements DynamicTableSinkFactory, DynamicTableSourceFactory {

    @Override
    public String factoryIdentifier() {
        return tables.factoryIdentifier();
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return tables.requiredOptions();
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return tables.optionalOptions();
    }

    @Override
    public DynamicTableSink createDynamicTableSink(Context context) {
        return tables.createDynamicTableSink(context);
    }

    @Override
    public DynamicTableSource createDynamicTableSource(Context context) {
        return FirnCatalog.isMetadataTable(context.getObjectIdentifier().toObjectPath())
                ? metadataTables.createDynamicTableSource(context)
                : tables.createDynamicTableSource(context);
    }
}
