package dev.firn.e2e;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.flink.CatalogLoader;
import org.apache.iceberg.flink.TableLoader;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.rest.RestFixture;

/** An empty table of {@link Change}s in a catalog of its own. */
final class Warehouse implements AutoCloseable {

    private static final TableIdentifier TABLE = TableIdentifier.of("db", "changes");

    private final CatalogLoader catalogs;
    private final Catalog catalog;
    private final Closeable server;

    private Warehouse(CatalogLoader catalogs, Closeable server) {
        this.catalogs = catalogs;
        this.catalog = catalogs.loadCatalog();
        this.server = server;
        ((SupportsNamespaces) catalog).createNamespace(Namespace.of("db"));
        catalog.buildTable(TABLE, Change.SCHEMA)
                .withPartitionSpec(
                        PartitionSpec.builderFor(Change.SCHEMA).bucket("id", 4).build())
                .withSortOrder(SortOrder.builderFor(Change.SCHEMA)
                        .asc("region")
                        .asc("id")
                        .build())
                .withProperty("format-version", "3")
                .create();
    }

    /** The catalogs that jobs are run against. */
    enum Kind {
        HADOOP {
            @Override
            Warehouse create(Path directory) {
                return new Warehouse(
                        CatalogLoader.hadoop(
                                "hadoop",
                                new Configuration(),
                                Map.of(
                                        CatalogProperties.WAREHOUSE_LOCATION,
                                        directory.toUri().toString())),
                        () -> {});
            }
        },
        JDBC {
            @Override
            Warehouse create(Path directory) {
                return new Warehouse(jdbc(directory), () -> {});
            }
        },
        REST {
            @Override
            Warehouse create(Path directory) {
                RestFixture server = RestFixture.serving(jdbc(directory).loadCatalog());
                return new Warehouse(
                        CatalogLoader.rest("rest", new Configuration(), Map.of(CatalogProperties.URI, server.uri())),
                        server);
            }
        };

        private static CatalogLoader jdbc(Path directory) {
            return CatalogLoader.custom(
                    "jdbc",
                    Map.of(
                            CatalogProperties.URI,
                            "jdbc:sqlite:" + directory.resolve("catalog.db") + "?busy_timeout=10000",
                            CatalogProperties.WAREHOUSE_LOCATION,
                            directory.resolve("warehouse").toUri().toString(),
                            "jdbc.schema-version",
                            "V1"),
                    new Configuration(),
                    JdbcCatalog.class.getName());
        }

        /** @param directory for the tables' files */
        abstract Warehouse create(Path directory);
    }

    TableLoader loader() {
        return TableLoader.fromCatalog(catalogs, TABLE);
    }

    /** The table as it is now. */
    Table table() {
        return catalog.loadTable(TABLE);
    }

    @Override
    public void close() {
        try (server) {
            if (catalog instanceof Closeable closeable) {
                closeable.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
