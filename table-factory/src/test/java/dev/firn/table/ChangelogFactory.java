package dev.firn.table;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.RowType;

/** A bounded source of given rows: {@code 'connector' = 'changelog', 'mode' = 'upsert' | 'all', 'rows' = name}. */
public final class ChangelogFactory implements DynamicTableSourceFactory {

    private static final ConfigOption<String> MODE =
            ConfigOptions.key("mode").stringType().noDefaultValue();
    private static final ConfigOption<String> ROWS =
            ConfigOptions.key("rows").stringType().defaultValue("");
    private static final Map<String, List<RowData>> ROWS_BY_NAME = new ConcurrentHashMap<>(Map.of("", List.of()));

    static void register(String name, List<RowData> rows) {
        ROWS_BY_NAME.put(name, rows);
    }

    @Override
    public String factoryIdentifier() {
        return "changelog";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of(MODE);
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return Set.of(ROWS);
    }

    @Override
    public DynamicTableSource createDynamicTableSource(Context context) {
        FactoryUtil.TableFactoryHelper helper = FactoryUtil.createTableFactoryHelper(this, context);
        helper.validate();
        boolean upsert = helper.getOptions().get(MODE).equals("upsert");
        return new Source(
                upsert ? ChangelogMode.upsert() : ChangelogMode.all(),
                (RowType) context.getPhysicalRowDataType().getLogicalType(),
                helper.getOptions().get(ROWS));
    }

    private record Source(ChangelogMode mode, RowType type, String rows)
            implements ScanTableSource, DataStreamScanProvider {

        @Override
        public ChangelogMode getChangelogMode() {
            return mode;
        }

        @Override
        public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
            return this;
        }

        @Override
        public DataStream<RowData> produceDataStream(ProviderContext context, StreamExecutionEnvironment environment) {
            return environment
                    .fromData(ROWS_BY_NAME.getOrDefault(rows, List.of()), InternalTypeInfo.of(type))
                    .setParallelism(1);
        }

        @Override
        public boolean isBounded() {
            return true;
        }

        @Override
        public DynamicTableSource copy() {
            return this;
        }

        @Override
        public String asSummaryString() {
            return "Changelog";
        }
    }
}
