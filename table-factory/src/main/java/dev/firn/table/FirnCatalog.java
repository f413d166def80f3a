package dev.firn.table;

import dev.firn.iceberg.TableProvisioner;
import dev.firn.iceberg.TimeTravel;
import dev.firn.iceberg.UnsupportedTableException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.CatalogBaseTable;
import org.apache.flink.table.catalog.CatalogTable;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ObjectPath;
import org.apache.flink.table.catalog.ResolvedCatalogTable;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.catalog.exceptions.CatalogException;
import org.apache.flink.table.catalog.exceptions.DatabaseNotExistException;
import org.apache.flink.table.catalog.exceptions.ProcedureNotExistException;
import org.apache.flink.table.catalog.exceptions.TableAlreadyExistException;
import org.apache.flink.table.catalog.exceptions.TableNotExistException;
import org.apache.flink.table.factories.Factory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.procedures.Procedure;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.flink.CatalogLoader;
import org.apache.iceberg.flink.FlinkCatalog;
import org.apache.iceberg.flink.FlinkDynamicTableFactory;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * An Iceberg catalog whose tables are Firn's: iceberg-flink's own, but that {@code INSERT} and {@code SELECT} go
 * through the connector, and that tables can be read as of a time. Its metadata tables ({@code accounts$snapshots})
 * stay iceberg-flink's.
 *
 * <p>The connector's options of a table are kept as properties of the table.
 */
final class FirnCatalog extends FlinkCatalog {

    private static final long NEVER = -1;

    /** What a table's options say but its properties do not: the table itself has it, or the catalog. */
    private static final Set<ConfigOption<?>> NOT_KEPT = Set.of(
            FirnOptions.CATALOG_NAME,
            FirnOptions.CATALOG_TYPE,
            FirnOptions.CATALOG_IMPL,
            FirnOptions.CATALOG_DATABASE,
            FirnOptions.CATALOG_TABLE,
            FirnOptions.BUCKET,
            FirnOptions.BUCKET_KEY,
            FirnOptions.UPGRADE_FORMAT_VERSION);

    private static final List<String> KEPT = FirnOptions.ALL.stream()
            .filter(option -> !NOT_KEPT.contains(option))
            .map(ConfigOption::key)
            .sorted()
            .toList();

    private final Place place;
    private final ReadableConfig session;

    /**
     * Which Iceberg catalog it is.
     *
     * @param base namespace in which the databases are
     * @param options as they were given, with which a table of it is declared
     */
    record Place(CatalogLoader loader, Namespace base, Map<String, String> options) {
        Place {
            options = Map.copyOf(options);
        }
    }

    /**
     * Opens the catalog, and keeps no table in a cache.
     *
     * @param session what Flink's session is configured with
     */
    FirnCatalog(String name, Place place, String defaultDatabase, ReadableConfig session) {
        super(name, defaultDatabase, place.base(), place.loader(), place.options(), false, NEVER);
        this.place = place;
        this.session = session;
    }

    @Override
    public Optional<Factory> getFactory() {
        return Optional.of(new CatalogTableFactory(new FirnTableFactory(), new FlinkDynamicTableFactory(this)));
    }

    @Override
    public CatalogTable getTable(ObjectPath path) throws TableNotExistException {
        CatalogTable found = super.getTable(path);
        if (isMetadataTable(path)) {
            return found;
        }
        return CatalogTable.newBuilder()
                .schema(withLastingNames(found.getUnresolvedSchema()))
                .comment(found.getComment())
                .partitionKeys(found.getPartitionKeys())
                .options(options(path, found.getOptions()))
                .build();
    }

    /**
     * The schema with the name of its primary key that Flink would give it. Iceberg's catalog makes one up each time,
     * and then a compiled plan takes the table for another one.
     */
    private static Schema withLastingNames(Schema schema) {
        return schema.getPrimaryKey()
                .map(Schema.UnresolvedPrimaryKey::getColumnNames)
                .map(key -> Schema.newBuilder()
                        .fromColumns(schema.getColumns())
                        .primaryKeyNamed("PK_" + String.join("_", key), key)
                        .build())
                .orElse(schema);
    }

    /**
     * The table as of a time, for batch reads. Its columns are those of then, as far as the table still has them, under
     * the names and with the types that they have now.
     *
     * @param epochMillis when
     */
    @Override
    public CatalogTable getTable(ObjectPath path, long epochMillis) throws TableNotExistException {
        if (isMetadataTable(path)) {
            throw new CatalogException(
                    "Metadata table " + path + " tells of the table as it is now. Leave FOR SYSTEM_TIME AS OF out.");
        }
        CatalogTable now = getTable(path);
        Table table = catalog().loadTable(identifier(path));
        long snapshot = snapshotAt(table, epochMillis);
        Set<Integer> then = SnapshotUtil.schemaFor(table, snapshot).columns().stream()
                .map(NestedField::fieldId)
                .collect(Collectors.toSet());
        List<String> columns = table.schema().columns().stream()
                .filter(column -> then.contains(column.fieldId()))
                .map(NestedField::name)
                .toList();
        ResolvedSchema schema = FlinkSchemaUtil.toResolvedSchema(table.schema().select(columns));
        Map<String, String> options = new HashMap<>(now.getOptions());
        options.put(FirnOptions.SCAN_SNAPSHOT_ID.key(), Long.toString(snapshot));
        return CatalogTable.newBuilder()
                .schema(Schema.newBuilder().fromResolvedSchema(schema).build())
                .comment(now.getComment())
                .options(options)
                .snapshot(epochMillis)
                .build();
    }

    private static long snapshotAt(Table table, long epochMillis) {
        try {
            return new TimeTravel.ToTime(epochMillis).snapshotId(table).orElseThrow();
        } catch (UnsupportedTableException e) {
            throw new CatalogException(e.getMessage(), e);
        }
    }

    @Override
    public List<String> listProcedures(String database) throws DatabaseNotExistException {
        if (database.equals(CompactProcedure.NAME.getDatabaseName())) {
            return List.of(CompactProcedure.NAME.getObjectName());
        }
        if (!databaseExists(database)) {
            throw new DatabaseNotExistException(getName(), database);
        }
        return List.of();
    }

    @Override
    public Procedure getProcedure(ObjectPath path) throws ProcedureNotExistException {
        if (!path.equals(CompactProcedure.NAME)) {
            throw new ProcedureNotExistException(getName(), path);
        }
        return new CompactProcedure(this, session);
    }

    private Map<String, String> options(ObjectPath path, Map<String, String> properties) {
        Map<String, String> options = new HashMap<>(place.options());
        options.put(FactoryUtil.CONNECTOR.key(), "firn");
        options.put(
                FirnOptions.CATALOG_DATABASE.key(), identifier(path).namespace().toString());
        options.put(FirnOptions.CATALOG_TABLE.key(), path.getObjectName());
        KEPT.stream().filter(properties::containsKey).forEach(option -> options.put(option, properties.get(option)));
        return options;
    }

    /** Creates the Iceberg table as the connector does. */
    @Override
    public void createTable(ObjectPath path, CatalogBaseTable table, boolean ignoreIfExists)
            throws TableAlreadyExistException {
        if (tableExists(path)) {
            if (ignoreIfExists) {
                return;
            }
            throw new TableAlreadyExistException(getName(), path);
        }
        if (!(table instanceof ResolvedCatalogTable statement)) {
            throw new CatalogException(
                    "Iceberg keeps no " + table.getTableKind() + " of Flink's. Create it in another catalog.");
        }
        checkStorable(path, statement);
        DeclaredTable declared = DeclaredTable.of(withOptionsAsProperties(statement));
        try {
            declared.sinkConfig();
            OwnClasses.visibleTo(
                    () -> TableProvisioner.of(catalog()).createIfMissing(identifier(path), declared.definition()));
        } catch (UnsupportedTableException | IllegalArgumentException e) {
            throw new ValidationException(e.getMessage(), e);
        }
    }

    private static void checkStorable(ObjectPath path, ResolvedCatalogTable statement) {
        ResolvedSchema schema = statement.getResolvedSchema();
        if (!schema.getColumns().stream().allMatch(Column::isPhysical)
                || !schema.getWatermarkSpecs().isEmpty()) {
            throw new ValidationException("Table " + path + " has metadata columns, computed columns or a watermark,"
                    + " which an Iceberg table does not store. Create it without them, and declare a TEMPORARY TABLE"
                    + " LIKE it that adds them.");
        }
    }

    private static ResolvedCatalogTable withOptionsAsProperties(ResolvedCatalogTable statement) {
        Map<String, String> options = new HashMap<>(statement.getOptions());
        String connector = options.remove(FactoryUtil.CONNECTOR.key());
        DeclaredOptions declared = DeclaredOptions.of(options);
        boolean elsewhere = FirnOptions.ADDRESS.stream()
                .anyMatch(option -> declared.own().getOptional(option).isPresent());
        if (elsewhere || !declared.catalog().isEmpty() || (connector != null && !connector.equals("firn"))) {
            throw new ValidationException("The options say where the table is, but that is said by the catalog that it"
                    + " is created in. Leave out 'connector' and all options of a catalog (with LIKE, by EXCLUDING"
                    + " OPTIONS).");
        }
        KEPT.stream()
                .filter(statement.getOptions()::containsKey)
                .forEach(option -> options.put(
                        IcebergOptions.TABLE.escape() + option,
                        statement.getOptions().get(option)));
        return statement.copy(options);
    }

    /** Not what {@code ALTER TABLE} uses, which says one by one what is to be changed. */
    @Override
    public void alterTable(ObjectPath path, CatalogBaseTable newTable, boolean ignoreIfNotExists) {
        throw new UnsupportedOperationException("Table " + path
                + " is not changed by a whole new definition. Say what is to be changed: ALTER TABLE … SET, ADD, …");
    }

    private TableIdentifier identifier(ObjectPath path) {
        String[] base = place.base().levels();
        String[] levels = Arrays.copyOf(base, base.length + 1);
        levels[base.length] = path.getDatabaseName();
        return TableIdentifier.of(Namespace.of(levels), path.getObjectName());
    }

    /** Whether it tells of a table, rather than its rows. */
    static boolean isMetadataTable(ObjectPath path) {
        return path.getObjectName().indexOf('$') >= 0;
    }
}
