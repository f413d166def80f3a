package dev.firn.iceberg;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sure that a table exists and fits what a user declared, before any job writes to it or reads from it. Nothing
 * is created or changed until every check has passed.
 */
public final class TableProvisioner {

    private static final int MOST_ATTEMPTS = 5;

    private static final Logger LOG = LoggerFactory.getLogger(TableProvisioner.class);

    private enum OldFormat {
        REFUSE,
        UPGRADE
    }

    private final Catalog catalog;
    private final OldFormat oldFormat;

    private TableProvisioner(Catalog catalog, OldFormat oldFormat) {
        this.catalog = catalog;
        this.oldFormat = oldFormat;
    }

    /**
     * A provisioner that refuses tables of an older format version.
     *
     * @param catalog stays the caller's to close
     */
    public static TableProvisioner of(Catalog catalog) {
        return new TableProvisioner(catalog, OldFormat.REFUSE);
    }

    /** This provisioner, but one that upgrades a fitting table of an older format version in place. */
    public TableProvisioner upgradingFormatVersion() {
        return new TableProvisioner(catalog, OldFormat.UPGRADE);
    }

    /**
     * Creates the table and its namespace, or checks the table that is there. Of concurrent creators one wins, and the
     * others check its table.
     *
     * <p>What the definition leaves open (buckets, PARTITIONED BY) is taken from an existing table. If it declares more
     * buckets, or the first ones of a table that another engine laid out, the table's partition spec is changed to that
     * ({@link SpecEvolution}). Its properties stay as they are; a declared one that differs is logged.
     *
     * @return the table's layout
     * @throws IllegalArgumentException if a declared property contradicts what Firn writes
     * @throws UnsupportedTableException if an existing table does not fit
     */
    public TableLayout createIfMissing(TableIdentifier identifier, TableDefinition definition) {
        NewTable missing = new NewTable(definition);
        Table table = load(identifier).orElseGet(() -> create(identifier, missing));
        for (int attempt = 1; ; attempt++) {
            try {
                adapt(table, definition);
                break;
            } catch (CommitFailedException e) {
                if (attempt == MOST_ATTEMPTS) {
                    throw e;
                }
                LOG.info("Somebody else changed table {} meanwhile: {}", table.name(), e.getMessage());
                table.refresh();
            }
        }
        TableLayout layout = TableLayout.of(table);
        definition.properties().forEach((property, declared) -> warnIfDifferent(table, property, declared));
        return layout;
    }

    /**
     * Checks that a table is there, can be read as rows of the given columns, and has the snapshot to read.
     *
     * @return the id of that snapshot; none if the table is empty
     * @throws IllegalArgumentException naming a column of a type that Iceberg cannot store
     * @throws UnsupportedTableException if it is not
     */
    public OptionalLong checkReadable(TableIdentifier identifier, RowType columns, TimeTravel when) {
        Table table = existing(identifier);
        ColumnCheck.readable(table, columns);
        return when.snapshotId(table);
    }

    /**
     * Checks that a table is there and that its changes can be read as rows of the given columns.
     *
     * @param primaryKey columns that a row is declared to be known by; none if nothing is declared
     * @throws IllegalArgumentException naming a column of a type that Iceberg cannot store
     * @throws UnsupportedTableException if it is not
     */
    public void checkChangesReadable(TableIdentifier identifier, RowType columns, List<String> primaryKey) {
        Table table = existing(identifier);
        if (!primaryKey.isEmpty()) {
            TableCheck.checkPrimaryKey(table, primaryKey);
        }
        ColumnCheck.readable(table, columns);
    }

    private Table existing(TableIdentifier identifier) {
        return load(identifier)
                .orElseThrow(() -> new UnsupportedTableException("Table " + identifier + " does not exist in catalog "
                        + catalog.name() + ". Check 'catalog-database' and 'catalog-table', or INSERT into the table"
                        + " first, which creates it."));
    }

    private Optional<Table> load(TableIdentifier identifier) {
        try {
            return Optional.of(catalog.loadTable(identifier));
        } catch (NoSuchTableException | NoSuchNamespaceException e) {
            return Optional.empty();
        }
    }

    private Table create(TableIdentifier identifier, NewTable missing) {
        try {
            createNamespaceIfMissing(identifier.namespace());
            Table created = missing.create(catalog, identifier);
            LOG.info("Created table {} partitioned by {}", created.name(), created.spec());
            return created;
        } catch (AlreadyExistsException e) {
            return load(identifier).orElseThrow(() -> e);
        }
    }

    private void createNamespaceIfMissing(Namespace namespace) {
        if (namespace.isEmpty() || !(catalog instanceof SupportsNamespaces namespaces)) {
            return;
        }
        try {
            if (!namespaces.namespaceExists(namespace)) {
                namespaces.createNamespace(namespace);
            }
        } catch (AlreadyExistsException e) {
            LOG.debug("Namespace {} was created meanwhile", namespace, e);
        }
    }

    /** Changes what may be changed of a table that fits otherwise. */
    private void adapt(Table table, TableDefinition definition) {
        Optional<SpecEvolution> evolution = SpecEvolution.of(table, definition);
        TableCheck.fits(table, evolution.map(SpecEvolution::spec).orElse(table.spec()), definition);
        boolean isOld = TableUtil.formatVersion(table) < TableLayout.FORMAT_VERSION;
        if (isOld && oldFormat == OldFormat.REFUSE) {
            TableLayout.checkFormatVersion(table);
        }
        if (isOld) {
            upgrade(table);
        }
        if (evolution.isPresent()) {
            PartitionSpec before = table.spec();
            SpecEvolution.of(table, definition).ifPresent(SpecEvolution::commit);
            LOG.info(
                    "Table {} is partitioned by {} from now on, before by {}. Files stay where they are and migrate by"
                            + " compaction; until then keys are divided among subtasks by what both have in common",
                    table.name(),
                    table.spec(),
                    before);
        }
    }

    private static void upgrade(Table table) {
        LOG.info("Upgrading table {} to format version {}", table.name(), TableLayout.FORMAT_VERSION);
        table.updateProperties()
                .set(TableProperties.FORMAT_VERSION, Integer.toString(TableLayout.FORMAT_VERSION))
                .commit();
        table.refresh();
    }

    private static void warnIfDifferent(Table table, String property, String declared) {
        String stored = table.properties().get(property);
        if (!declared.equals(stored) && !TableProperties.RESERVED_PROPERTIES.contains(property)) {
            LOG.warn(
                    "Table {} has '{}' = '{}', which stays; the declared '{}' is for a table that has to be created."
                            + " Change the table's property with ALTER TABLE … SET.",
                    table.name(),
                    property,
                    stored,
                    declared);
        }
    }
}
