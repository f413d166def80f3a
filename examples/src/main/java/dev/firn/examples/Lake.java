package dev.firn.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.io.CloseableIterable;

/** The copies as plain Iceberg sees them: Iceberg's own catalog and its own reader, and nothing of Firn. */
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
