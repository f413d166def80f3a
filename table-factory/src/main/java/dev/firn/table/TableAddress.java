package dev.firn.table;

import dev.firn.iceberg.TableProvisioner;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.ObjectIdentifier;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.flink.CatalogLoader;
import org.apache.iceberg.flink.TableLoader;

/** Where a declared table is in Iceberg. */
record TableAddress(CatalogConfig catalog, TableIdentifier identifier) {

    /**
     * The address that the options say, and the declared table's own name where they say nothing.
     *
     * @throws ValidationException naming the option that is missing or wrong
     */
    static TableAddress of(DeclaredOptions options, ObjectIdentifier declared) {
        String database =
                options.own().getOptional(FirnOptions.CATALOG_DATABASE).orElse(declared.getDatabaseName());
        String table = options.own().getOptional(FirnOptions.CATALOG_TABLE).orElse(declared.getObjectName());
        // A serialized loader spells the identifier with dots, and could not tell such a name from a namespace.
        if (table.isEmpty() || table.indexOf('.') >= 0) {
            throw new ValidationException("Table name '" + table
                    + "' is empty or contains a dot, which an Iceberg identifier cannot express. Set '"
                    + FirnOptions.CATALOG_TABLE.key() + "' to another name.");
        }
        String[] levels = database.split("\\.", -1);
        for (String level : levels) {
            if (level.isEmpty()) {
                throw new ValidationException("Database name '" + database + "' has an empty level. Correct '"
                        + FirnOptions.CATALOG_DATABASE.key() + "'.");
            }
        }
        return new TableAddress(CatalogConfig.of(options), TableIdentifier.of(Namespace.of(levels), table));
    }

    TableLoader tableLoader() {
        return TableLoader.fromCatalog(catalog.loader(), identifier);
    }

    /**
     * Opens the catalog for an action of its provisioner.
     *
     * @throws ValidationException with what the catalog or the action has to complain of
     */
    void provision(Consumer<TableProvisioner> action) {
        ask(provisioner -> {
            action.accept(provisioner);
            return this;
        });
    }

    /**
     * Opens the catalog for a question to its provisioner.
     *
     * @throws ValidationException with what the catalog or the question has to complain of
     */
    <T> T ask(Function<TableProvisioner, T> question) {
        CatalogLoader loader = catalog.loader();
        Catalog opened = catalog.opened(loader::loadCatalog);
        try {
            return question.apply(TableProvisioner.of(opened));
        } finally {
            close(opened);
        }
    }

    private static void close(Catalog catalog) {
        if (catalog instanceof Closeable closeable) {
            try {
                closeable.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
