package dev.firn.iceberg;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.types.Types.NestedField;

/** Whether an existing table fits what a user declared, but for its format version, which may yet be upgraded. */
final class TableCheck {

    private TableCheck() {}

    /**
     * @param spec the table's, or what that will be changed to
     * @throws UnsupportedTableException naming the first thing that does not fit, with its cause and remedy
     */
    static void fits(Table table, PartitionSpec spec, TableDefinition definition) {
        checkPrimaryKey(table, definition.primaryKey());
        TableLayout layout = TableLayout.ofAnyVersion(table, spec);
        checkPartitions(table, layout, definition);
        ColumnCheck.writable(table, definition);
        if (!spec.compatibleWith(table.spec()) || TableUtil.formatVersion(table) < TableLayout.FORMAT_VERSION) {
            checkFiles(table);
        }
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
        definition.bucketing().column().ifPresent(column -> {
            if (!column.equals(layout.bucketColumn())) {
                throw new UnsupportedTableException("'bucket-key' = '" + column + "' is declared, but table "
                        + table.name() + " is bucketed by '" + layout.bucketColumn() + "'. Set 'bucket-key' = '"
                        + layout.bucketColumn() + "', or leave it out.");
            }
        });
    }

    /** Told before the table is changed. Otherwise files tell when they are read. */
    private static void checkFiles(Table table) {
        Snapshot snapshot = table.currentSnapshot();
        if (snapshot == null) {
            return;
        }
        for (ManifestFile manifest : snapshot.deleteManifests(table.io())) {
            check(ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs()), deletes -> {
                if (deletes.content() == FileContent.EQUALITY_DELETES) {
                    throw UnsupportedTableException.equalityDeletes("Table " + table.name(), deletes);
                }
            });
        }
        for (ManifestFile manifest : snapshot.dataManifests(table.io())) {
            check(ManifestFiles.read(manifest, table.io(), table.specs()), file -> {
                if (file.format() != FileFormat.PARQUET) {
                    throw new UnsupportedTableException("Data file " + file.location() + " of table " + table.name()
                            + " is " + file.format() + ", but Firn reads Parquet only. Set the table property"
                            + " 'write.format.default' = 'parquet' and rewrite the data files once (for example Spark's"
                            + " rewrite_data_files with 'rewrite-all' = 'true').");
                }
            });
        }
    }

    private static <F extends ContentFile<F>> void check(ManifestReader<F> files, Consumer<F> check) {
        try (files) {
            files.forEach(check);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
