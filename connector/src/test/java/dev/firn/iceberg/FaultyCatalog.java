package dev.firn.iceberg;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.flink.TableLoader;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.types.Types.NestedField;

/** One table in memory, whose commits can be told to fail in the ways that catalogs fail. */
public final class FaultyCatalog implements AutoCloseable {

    private static final TableIdentifier TABLE = TableIdentifier.of("db", "t");

    private final InMemoryCatalog catalog = new InMemoryCatalog();
    private final RecordingFileIO io = new RecordingFileIO();
    private final Deque<Fault> faults = new ArrayDeque<>();
    private final Deque<Runnable> intruders = new ArrayDeque<>();

    /** What happens to the next commit. */
    public enum Fault {
        /** It is refused as if somebody else had come first. */
        CONFLICT,
        /** It goes through, and the answer says that it did not: a retried request met its own first attempt. */
        LANDED_BUT_REFUSED,
        /** It goes through, and the answer is lost. */
        LANDED_BUT_UNANSWERED,
        /** It does not go through, and the answer is lost. */
        LOST,
        /** The process dies before it. */
        CRASH_BEFORE,
        /** The process dies after it, before anybody hears of it. */
        CRASH_AFTER
    }

    private final AtomicInteger refreshesToFail = new AtomicInteger();

    /** The death of a process: nothing may handle it but the test. */
    @SuppressWarnings("serial")
    public static final class SimulatedCrash extends Error {}

    public FaultyCatalog(Schema schema, PartitionSpec spec, SortOrder order, Map<String, String> properties) {
        // Files of all catalogs in memory share one static store.
        catalog.initialize("memory", Map.of("warehouse", "/" + UUID.randomUUID()));
        catalog.createNamespace(Namespace.of("db"));
        catalog.buildTable(TABLE, schema)
                .withPartitionSpec(spec)
                .withSortOrder(order)
                .withProperty("format-version", "3")
                .withProperties(properties)
                .create();
    }

    /** Declares another number of buckets, as SQL would. */
    public void declareBuckets(int count) {
        Schema schema = table().schema();
        TableDefinition definition = new TableDefinition(
                FlinkSchemaUtil.convert(schema),
                schema.columns().stream()
                        .filter(column -> schema.identifierFieldIds().contains(column.fieldId()))
                        .map(NestedField::name)
                        .toList(),
                List.of(),
                TableDefinition.Bucketing.DEFAULT.withCount(count),
                Map.of());
        TableProvisioner.of(catalog).upgradingFormatVersion().createIfMissing(TABLE, definition);
    }

    /** What was done to the files of the table that {@link #loader} loads. */
    public RecordingFileIO io() {
        return io;
    }

    public void injectOnce(Fault fault) {
        faults.add(fault);
    }

    /** Somebody else's doing, which slips in ahead of the next commit. */
    public void beforeNextCommit(Runnable intruder) {
        intruders.add(intruder);
    }

    /** The catalog is away for so many looks at the table. */
    public void failNextRefreshes(int count) {
        refreshesToFail.set(count);
    }

    public void clearFaults() {
        faults.clear();
        intruders.clear();
    }

    /** Frees the table's files, which live in this JVM's memory. */
    @Override
    public void close() {
        catalog.dropTable(TABLE, true);
    }

    /** The table without any faults. */
    public Table table() {
        return catalog.loadTable(TABLE);
    }

    /** Loads the table with the faults. */
    public TableLoader loader() {
        return new Loader();
    }

    private final class Loader implements TableLoader {

        @Override
        public void open() {}

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public Table loadTable() {
            BaseTable table = (BaseTable) table();
            return new BaseTable(new FaultyOperations(table.operations()), table.name());
        }

        @Override
        @SuppressWarnings("MissingSuperCall")
        public TableLoader clone() {
            return this;
        }

        @Override
        public void close() {}
    }

    private final class FaultyOperations implements TableOperations {

        private final TableOperations operations;

        private FaultyOperations(TableOperations operations) {
            this.operations = operations;
        }

        @Override
        public void commit(TableMetadata base, TableMetadata metadata) {
            Runnable intruder = intruders.poll();
            if (intruder != null) {
                intruder.run();
            }
            Fault fault = faults.poll();
            if (fault == null) {
                operations.commit(base, metadata);
                return;
            }
            switch (fault) {
                case CONFLICT -> throw new CommitFailedException("injected conflict");
                case LANDED_BUT_REFUSED -> {
                    operations.commit(base, metadata);
                    throw new CommitFailedException("injected refusal of a commit that landed");
                }
                case LANDED_BUT_UNANSWERED -> {
                    operations.commit(base, metadata);
                    throw new IllegalStateException("injected loss of an answer");
                }
                case LOST -> throw new IllegalStateException("injected loss of a request");
                case CRASH_BEFORE -> throw new SimulatedCrash();
                case CRASH_AFTER -> {
                    operations.commit(base, metadata);
                    throw new SimulatedCrash();
                }
            }
        }

        @Override
        public TableMetadata current() {
            return operations.current();
        }

        @Override
        public TableMetadata refresh() {
            if (refreshesToFail.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IllegalStateException("injected absence of the catalog");
            }
            return operations.refresh();
        }

        @Override
        public FileIO io() {
            return io.over(operations.io());
        }

        @Override
        public String metadataFileLocation(String fileName) {
            return operations.metadataFileLocation(fileName);
        }

        @Override
        public LocationProvider locationProvider() {
            return operations.locationProvider();
        }

        @Override
        public TableOperations temp(TableMetadata uncommittedMetadata) {
            return new FaultyOperations(operations.temp(uncommittedMetadata));
        }
    }
}
