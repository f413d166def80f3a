package dev.firn.table;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Iceberg's properties of one kind that are options under their own names.
 *
 * @param escape the prefix that makes any other property of this kind an option
 * @param names exact names
 * @param prefixes of names; each ends in a dot or dash
 */
record IcebergOptions(String escape, List<String> names, List<String> prefixes) {

    /** Properties of catalogs and file IO. */
    static final IcebergOptions CATALOG = new IcebergOptions(
            "catalog.",
            List.of(
                    "uri",
                    "warehouse",
                    "io-impl",
                    "clients",
                    "client-pool-cache-keys",
                    "cache-enabled",
                    "credential",
                    "token",
                    "token-exchange-enabled",
                    "token-expires-in-ms",
                    "token-refresh-enabled",
                    "scope",
                    "audience",
                    "resource",
                    "prefix",
                    "ref",
                    "user",
                    "app-id",
                    "lock-impl",
                    "hive-conf-dir",
                    "hadoop-conf-dir",
                    "metrics-reporter-impl",
                    "unique-table-location",
                    "encryption.kms-type",
                    "encryption.kms-impl"),
            List.of(
                    "s3.",
                    "gcs.",
                    "adls.",
                    "oss.",
                    "client.",
                    "http-client.",
                    "io.",
                    "cache.",
                    "jdbc.",
                    "rest.",
                    "rest-",
                    "header.",
                    "oauth2-",
                    "oauth2.",
                    "auth.",
                    "authentication.",
                    "glue.",
                    "dynamodb.",
                    "nessie.",
                    "hive.",
                    "gcp.",
                    "lock.",
                    "table-default.",
                    "table-override."));

    /** Properties of tables. */
    static final IcebergOptions TABLE = new IcebergOptions(
            "table.",
            List.of(
                    "format-version",
                    "comment",
                    "identifier-fields.rely",
                    "schema.name-mapping.default",
                    "encryption.key-id",
                    "encryption.data-key-length"),
            List.of("write.", "commit.", "history.", "read.", "gc.", "compatibility.", "engine.hive."));

    /** Whether the option is a property of this kind under its own name. */
    boolean includes(String option) {
        return names.contains(option) || prefixes.stream().anyMatch(option::startsWith);
    }

    /** The names and prefixes, for messages. */
    List<String> spelled() {
        List<String> spelled = new ArrayList<>(names);
        Stream.concat(prefixes.stream(), Stream.of(escape))
                .map(prefix -> prefix + "*")
                .forEach(spelled::add);
        return spelled;
    }
}
