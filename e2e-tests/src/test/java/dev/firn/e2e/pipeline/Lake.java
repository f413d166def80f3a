package dev.firn.e2e.pipeline;

import dev.firn.e2e.cluster.Endpoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.rest.RESTCatalog;

/** The catalog's word on tables: their metadata, without a look at any file. */
final class Lake implements AutoCloseable {

    private final RESTCatalog catalog = new RESTCatalog();

    Lake(Endpoints endpoints) {
        catalog.initialize(
                "lake",
                Map.of(
                        CatalogProperties.URI, endpoints.catalog().toString(),
                        CatalogProperties.FILE_IO_IMPL, InMemoryFileIO.class.getName()));
    }

    /** Oldest first; none while the table does not exist. */
    List<Snapshot> snapshots(String database, RecordedTable table) {
        TableIdentifier name = TableIdentifier.of(database, table.name());
        List<Snapshot> snapshots = new ArrayList<>();
        if (catalog.tableExists(name)) {
            catalog.loadTable(name).snapshots().forEach(snapshots::add);
        }
        return snapshots;
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
