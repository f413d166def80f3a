package dev.firn.iceberg;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.types.Types.NestedField;

/** Whether an existing table fits what a user declared, but for its format version, which may yet be upgraded. */
final class TableCheck {

    private TableCheck() {}

    /** @throws UnsupportedTableException naming the first thing that does not fit, with its cause and remedy */
    static void fits(Table table, TableDefinition definition) {
        checkPrimaryKey(table, definition.primaryKey());
        TableLayout layout = TableLayout.ofAnyVersion(table);
        checkPartitions(table, layout, definition);
        ColumnCheck.writable(table, definition);
        checkNoOlderSpec(table);
        checkNoOlderDeletes(table);
    }

    /** @throws UnsupportedTableException if the declared primary key cannot be the table's */
    static void checkPrimaryKey(Table table, List<String> declared) {
        for (String column : declared) {
            NestedField stored = table.schema().asStruct().field(column);
            if (stored != null && stored.isOptional()) {
                throw new UnsupportedTableException("Primary key column '" + column + "' is optional in table "
                        + table.name()
                        + ", but a key is never NULL. Make the column required and an identifier field, or"
                        + " declare another primary key.");
            }
        }
        Set<String> stored = new TreeSet<>(table.schema().identifierFieldNames());
        if (!stored.isEmpty() && !stored.equals(new HashSet<>(declared))) {
            throw new UnsupportedTableException("The declared primary key " + declared + " is not that of table "
                    + table.name() + ", whose identifier fields are " + stored
                    + ". Declare PRIMARY KEY (" + String.join(", ", stored) + ") NOT ENFORCED.");
        }
    }

    private static void checkPartitions(Table table, TableLayout layout, TableDefinition definition) {
        Set<String> partitionColumns = new HashSet<>(definition.partitionColumns());
        if (!partitionColumns.isEmpty() && !partitionColumns.equals(new HashSet<>(layout.partitionColumns()))) {
            throw new UnsupportedTableException("PARTITIONED BY " + definition.partitionColumns()
                    + " is declared, but table " + table.name() + " is partitioned by " + layout.partitionColumns()
                    + ". Declare the table's partition columns, or leave PARTITIONED BY out.");
        }
        definition.bucketing().count().ifPresent(count -> {
            if (count != layout.bucketCount()) {
                throw new UnsupportedTableException("'bucket' = '" + count + "' is declared, but table " + table.name()
                        + " has " + layout.bucketCount() + " buckets, and an existing table's count is not changed. Set"
                        + " 'bucket' = '" + layout.bucketCount() + "', or leave it out.");
            }
        });
        definition.bucketing().column().ifPresent(column -> {
            if (!column.equals(layout.bucketColumn())) {
                throw new UnsupportedTableException("'bucket-key' = '" + column + "' is declared, but table "
                        + table.name() + " is bucketed by '" + layout.bucketColumn() + "'. Set 'bucket-key' = '"
                        + layout.bucketColumn() + "', or leave it out.");
            }
        });
    }

    /** A file of an older partition spec belongs to no bucket, so an update of its rows would leave them alive. */
    private static void checkNoOlderSpec(Table table) {
        Snapshot snapshot = table.currentSnapshot();
        if (snapshot == null || table.specs().size() == 1) {
            return;
        }
        for (ManifestFile manifest : snapshot.dataManifests(table.io())) {
            if (manifest.partitionSpecId() != table.spec().specId() && isLive(manifest)) {
                throw new UnsupportedTableException("Table " + table.name() + " has data files of its older partition"
                        + " spec " + table.specs().get(manifest.partitionSpecId()) + ", which belong to no bucket."
                        + " Rewrite its data files once (for example Spark's rewrite_data_files with 'rewrite-all' ="
                        + " 'true').");
            }
        }
    }

    /** Told before an upgrade, which cannot be undone. In a table of the new version, files tell when they are read. */
    private static void checkNoOlderDeletes(Table table) {
        Snapshot snapshot = table.currentSnapshot();
        if (snapshot == null || TableUtil.formatVersion(table) >= TableLayout.FORMAT_VERSION) {
            return;
        }
        for (ManifestFile manifest : snapshot.deleteManifests(table.io())) {
            if (isLive(manifest)) {
                throw new UnsupportedTableException(
                        "Table " + table.name() + " has equality or positional deletes of its"
                                + " older format version, which Firn does not read: it works with deletion vectors only. Rewrite"
                                + " its data files once with the deletes applied (for example Spark's rewrite_data_files with"
                                + " 'delete-file-threshold' = '1', then rewrite_position_delete_files).");
            }
        }
    }

    private static boolean isLive(ManifestFile manifest) {
        return manifest.hasAddedFiles() || manifest.hasExistingFiles();
    }
}
