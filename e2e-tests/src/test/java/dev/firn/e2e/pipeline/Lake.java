package dev.firn.e2e.pipeline;

import dev.firn.e2e.cluster.Endpoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.rest.RESTCatalog;

/** The tables as plain Iceberg sees them. */
final class Lake implements AutoCloseable {

    private final RESTCatalog catalog = new RESTCatalog();

    Lake(Endpoints endpoints) {
        catalog.initialize("lake", endpoints.catalogProperties());
    }

    /** Ids of the snapshots, oldest first; none while the table does not exist. */
    List<Long> snapshots(String database, RecordedTable table) {
        TableIdentifier name = TableIdentifier.of(database, table.name());
        List<Long> snapshots = new ArrayList<>();
        if (catalog.tableExists(name)) {
            catalog.loadTable(name).snapshots().forEach(snapshot -> snapshots.add(snapshot.snapshotId()));
        }
        return snapshots;
    }

    /** Keys that a snapshot has several rows of, and how many it has. */
    Map<List<Object>, Integer> duplicates(String database, RecordedTable table, long snapshot) {
        Map<List<Object>, Integer> counts = new HashMap<>();
        try (CloseableIterable<Record> rows = IcebergGenerics.read(
                        catalog.loadTable(TableIdentifier.of(database, table.name())))
                .useSnapshot(snapshot)
                .select(table.key())
                .build()) {
            for (Record row : rows) {
                counts.merge(table.key().stream().map(row::getField).toList(), 1, Integer::sum);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        counts.values().removeIf(count -> count == 1);
        return counts;
    }

    @Override
    public void close() {
        try {
            catalog.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
