package dev.firn.examples;

import dev.firn.run.RunFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.io.CloseableIterable;

/**
 * The copies as plain Iceberg sees them: Iceberg's own catalog and its own reader. Of Firn it knows how the name of a
 * file tells its level, and nothing else.
 */
final class Lake implements AutoCloseable {

    private static final Namespace DATABASE = Namespace.of("lake");

    private final HadoopCatalog catalog;

    Lake(Path warehouse) {
        this.catalog = new HadoopCatalog(new Configuration(), warehouse.toUri().toString());
    }

    /** Ids of the snapshots, oldest first; none while the table does not exist. */
    List<Long> snapshots(CopiedTable table) {
        TableIdentifier name = TableIdentifier.of(DATABASE, table.name());
        if (!catalog.tableExists(name)) {
            return List.of();
        }
        List<Long> snapshots = new ArrayList<>();
        for (Snapshot snapshot : catalog.loadTable(name).snapshots()) {
            snapshots.add(snapshot.snapshotId());
        }
        return snapshots;
    }

    /** How many of the snapshots are compactions. */
    int compactions(CopiedTable table) {
        TableIdentifier name = TableIdentifier.of(DATABASE, table.name());
        if (!catalog.tableExists(name)) {
            return 0;
        }
        int compactions = 0;
        for (Snapshot snapshot : catalog.loadTable(name).snapshots()) {
            compactions += snapshot.operation().equals(DataOperations.REPLACE) ? 1 : 0;
        }
        return compactions;
    }

    /** How many live files were written to each level, as their names tell; none while the table does not exist. */
    SortedMap<Integer, Integer> filesByLevel(CopiedTable table) {
        TableIdentifier name = TableIdentifier.of(DATABASE, table.name());
        SortedMap<Integer, Integer> files = new TreeMap<>();
        if (catalog.tableExists(name)) {
            try (CloseableIterable<FileScanTask> tasks =
                    catalog.loadTable(name).newScan().planFiles()) {
                tasks.forEach(task -> files.merge(RunFile.of(task.file()).level(), 1, Integer::sum));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return files;
    }

    Schema schema(CopiedTable table) {
        return load(table).schema();
    }

    /** The live rows of the current snapshot. */
    Contents rows(CopiedTable table) {
        List<String> columns = columns(table);
        return read(IcebergGenerics.read(load(table)), columns, table.key());
    }

    /** The live primary keys of a snapshot, each a row of its own. */
    Contents keys(CopiedTable table, long snapshot) {
        return read(
                IcebergGenerics.read(load(table)).useSnapshot(snapshot).select(table.key()), table.key(), table.key());
    }

    List<String> columns(CopiedTable table) {
        return schema(table).columns().stream().map(column -> column.name()).toList();
    }

    @Override
    public void close() throws IOException {
        catalog.close();
    }

    private Table load(CopiedTable table) {
        return catalog.loadTable(TableIdentifier.of(DATABASE, table.name()));
    }

    private static Contents read(IcebergGenerics.ScanBuilder scan, List<String> columns, List<String> key) {
        Contents contents = new Contents(columns, key);
        try (CloseableIterable<Record> records = scan.build()) {
            for (Record record : records) {
                List<Object> row = new ArrayList<>(columns.size());
                columns.forEach(column -> row.add(value(record.getField(column))));
                contents.accept(row);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return contents;
    }

    private static Object value(Object value) {
        return value instanceof OffsetDateTime time ? time.toInstant() : value;
    }
}
