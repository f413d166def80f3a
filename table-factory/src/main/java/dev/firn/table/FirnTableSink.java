package dev.firn.table;

import dev.firn.iceberg.TableDefinition;
import dev.firn.iceberg.TableProvisioner;
import dev.firn.iceberg.UnsupportedTableException;
import dev.firn.sink.FirnSink;
import dev.firn.sink.SinkConfig;
import dev.firn.sink.UpdateBefore;
import java.util.Map;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.sink.SinkV2Provider;
import org.apache.flink.table.connector.sink.abilities.SupportsPartitioning;
import org.jspecify.annotations.Nullable;

/** What the planner asks of a table that is written to. */
final class FirnTableSink implements DynamicTableSink, SupportsPartitioning {

    private final DeclaredTable table;
    private final TableAddress address;
    private final TableDefinition definition;
    private final SinkConfig config;

    private FirnTableSink(DeclaredTable table, TableAddress address, TableDefinition definition, SinkConfig config) {
        this.table = table;
        this.address = address;
        this.definition = definition;
        this.config = config;
    }

    /** @throws ValidationException if the declaration contradicts itself; nothing is opened yet */
    static FirnTableSink of(DeclaredTable table, TableAddress address) {
        try {
            return new FirnTableSink(table, address, table.definition(), table.sinkConfig());
        } catch (IllegalArgumentException e) {
            throw new ValidationException(e.getMessage(), e);
        }
    }

    /**
     * Changes by key: nobody has to remember rows to tell what was before an update.
     *
     * <p>Deletes need no more than the key either. But Flink itself refuses NULL in a column that is NOT NULL, in a
     * deleted row too, so where there is such a column beside the key it has to complete deleted rows.
     */
    @Override
    public ChangelogMode getChangelogMode(ChangelogMode requested) {
        return ChangelogMode.upsert(definition.columns().getFields().stream()
                .filter(column -> !definition.primaryKey().contains(column.getName()))
                .allMatch(column -> column.getType().isNullable()));
    }

    /** Creates the table or checks it, so that what does not fit is told before a job starts. */
    @Override
    public SinkRuntimeProvider getSinkRuntimeProvider(Context context) {
        try {
            return OwnClasses.visibleTo(() -> SinkV2Provider.of(provisionedSink(), parallelism()));
        } catch (UnsupportedTableException | IllegalArgumentException e) {
            throw new ValidationException(e.getMessage(), e);
        }
    }

    /** The planner leaves {@code -U} out, unless a filter may have hidden the {@code +U}: then it has to delete. */
    private FirnSink provisionedSink() {
        address.provision(provisioner -> provisionerFor(provisioner).createIfMissing(address.identifier(), definition));
        return FirnSink.forRowData(address.tableLoader())
                .rowType(definition.columns())
                .config(config)
                .updateBefore(UpdateBefore.DELETES)
                .build();
    }

    private TableProvisioner provisionerFor(TableProvisioner provisioner) {
        return table.options().own().get(FirnOptions.UPGRADE_FORMAT_VERSION)
                ? provisioner.upgradingFormatVersion()
                : provisioner;
    }

    private @Nullable Integer parallelism() {
        return table.options().own().getOptional(FirnOptions.SINK_PARALLELISM).orElse(null);
    }

    /** Nothing to do: the planner puts the values of {@code PARTITION (…)} into the rows. */
    @Override
    public void applyStaticPartition(Map<String, String> partition) {}

    @Override
    public DynamicTableSink copy() {
        return new FirnTableSink(table, address, definition, config);
    }

    @Override
    public String asSummaryString() {
        return "Firn table " + address.identifier();
    }
}
