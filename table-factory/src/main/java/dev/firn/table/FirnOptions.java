package dev.firn.table;

import java.util.List;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.table.factories.FactoryUtil;

/**
 * The connector's own options. Those of catalog and table have iceberg-flink's names; {@link IcebergOptions} are passed
 * through to Iceberg.
 */
public final class FirnOptions {

    public static final ConfigOption<String> CATALOG_NAME = ConfigOptions.key("catalog-name")
            .stringType()
            .defaultValue("firn")
            .withDescription("Name of the Iceberg catalog. A JDBC catalog keeps its tables under this name, so there it"
                    + " has no default and must be the name that other engines use.");

    public static final ConfigOption<String> CATALOG_TYPE = ConfigOptions.key("catalog-type")
            .stringType()
            .noDefaultValue()
            .withDescription(
                    "Kind of the Iceberg catalog: hadoop, rest, jdbc, hive, glue, nessie or bigquery. Either this or"
                            + " 'catalog-impl' is required.");

    public static final ConfigOption<String> CATALOG_IMPL = ConfigOptions.key("catalog-impl")
            .stringType()
            .noDefaultValue()
            .withDescription("Class of the Iceberg catalog, for one that 'catalog-type' does not know.");

    public static final ConfigOption<String> CATALOG_DATABASE = ConfigOptions.key("catalog-database")
            .stringType()
            .noDefaultValue()
            .withDescription("Database (namespace) in the Iceberg catalog; levels are separated by dots. By default the"
                    + " database that the table is declared in.");

    public static final ConfigOption<String> CATALOG_TABLE = ConfigOptions.key("catalog-table")
            .stringType()
            .noDefaultValue()
            .withDescription("Name of the table in the Iceberg catalog. By default the declared table's own name.");

    public static final ConfigOption<Integer> BUCKET = ConfigOptions.key("bucket")
            .intType()
            .noDefaultValue()
            .withDescription("Number of buckets, and thus the most subtasks that write. A missing table is created with"
                    + " 4 by default; an existing table's count must be this one.");

    public static final ConfigOption<String> BUCKET_KEY = ConfigOptions.key("bucket-key")
            .stringType()
            .noDefaultValue()
            .withDescription("Primary key column whose hash tells the bucket. By default the first one that is no"
                    + " partition column and can be hashed.");

    public static final ConfigOption<Boolean> UPGRADE_FORMAT_VERSION = ConfigOptions.key("upgrade-format-version")
            .booleanType()
            .defaultValue(false)
            .withDescription(
                    "Whether a table of an older format version is upgraded to version 3 in place, which cannot"
                            + " be undone. Otherwise it is refused.");

    public static final ConfigOption<MemorySize> SINK_WRITE_BUFFER = ConfigOptions.key("sink.write-buffer")
            .memoryType()
            .defaultValue(MemorySize.ofMebiBytes(64))
            .withDescription("Heap for buffered rows of one writer subtask, shared by its buckets. When it is full, the"
                    + " largest bucket is flushed early.");

    public static final ConfigOption<MemorySize> SINK_INDEX_FILTER_MEMORY = ConfigOptions.key(
                    "sink.index-filter-memory")
            .memoryType()
            .defaultValue(MemorySize.ofMebiBytes(32))
            .withDescription("Heap for the key indexes' filters of one writer subtask.");

    public static final ConfigOption<List<String>> SINK_LOCAL_DIRECTORIES = ConfigOptions.key("sink.local-directories")
            .stringType()
            .asList()
            .defaultValues()
            .withDescription("Local directories for key indexes, separated by semicolons. By default a temporary one.");

    public static final ConfigOption<Boolean> SINK_ACCEPT_OLDER_STATE = ConfigOptions.key("sink.accept-older-state")
            .booleanType()
            .defaultValue(false)
            .withDescription(
                    "Whether a job may be restored from a checkpoint or savepoint that is older than the table's"
                            + " newest commit of this sink. The rows since then are written again. Otherwise it is an error.");

    public static final ConfigOption<Integer> SINK_PARALLELISM = FactoryUtil.SINK_PARALLELISM;

    static final Set<ConfigOption<?>> ALL = Set.of(
            CATALOG_NAME,
            CATALOG_TYPE,
            CATALOG_IMPL,
            CATALOG_DATABASE,
            CATALOG_TABLE,
            BUCKET,
            BUCKET_KEY,
            UPGRADE_FORMAT_VERSION,
            SINK_WRITE_BUFFER,
            SINK_INDEX_FILTER_MEMORY,
            SINK_LOCAL_DIRECTORIES,
            SINK_ACCEPT_OLDER_STATE,
            SINK_PARALLELISM);

    private FirnOptions() {}
}
