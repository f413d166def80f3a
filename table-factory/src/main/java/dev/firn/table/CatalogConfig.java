package dev.firn.table;

import static dev.firn.table.FirnOptions.CATALOG_IMPL;
import static dev.firn.table.FirnOptions.CATALOG_NAME;
import static dev.firn.table.FirnOptions.CATALOG_TYPE;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.runtime.util.HadoopUtils;
import org.apache.flink.table.api.ValidationException;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.flink.CatalogLoader;
import org.apache.iceberg.flink.FlinkCatalogFactory;

/**
 * Which Iceberg catalog holds a table.
 *
 * @param name the catalog's name
 * @param impl class of the catalog
 * @param properties of the catalog and its file IO
 */
record CatalogConfig(String name, String impl, Map<String, String> properties) {

    private static final Map<String, String> IMPL_BY_TYPE = new TreeMap<>(Map.of(
            CatalogUtil.ICEBERG_CATALOG_TYPE_HADOOP, CatalogUtil.ICEBERG_CATALOG_HADOOP,
            CatalogUtil.ICEBERG_CATALOG_TYPE_REST, CatalogUtil.ICEBERG_CATALOG_REST,
            CatalogUtil.ICEBERG_CATALOG_TYPE_JDBC, CatalogUtil.ICEBERG_CATALOG_JDBC,
            CatalogUtil.ICEBERG_CATALOG_TYPE_HIVE, CatalogUtil.ICEBERG_CATALOG_HIVE,
            CatalogUtil.ICEBERG_CATALOG_TYPE_GLUE, CatalogUtil.ICEBERG_CATALOG_GLUE,
            CatalogUtil.ICEBERG_CATALOG_TYPE_NESSIE, CatalogUtil.ICEBERG_CATALOG_NESSIE,
            CatalogUtil.ICEBERG_CATALOG_TYPE_BIGQUERY, CatalogUtil.ICEBERG_CATALOG_BIGQUERY));

    private static final Map<String, List<String>> REQUIRED_BY_IMPL = Map.of(
            CatalogUtil.ICEBERG_CATALOG_HADOOP, List.of(CatalogProperties.WAREHOUSE_LOCATION),
            CatalogUtil.ICEBERG_CATALOG_REST, List.of(CatalogProperties.URI),
            CatalogUtil.ICEBERG_CATALOG_JDBC, List.of(CatalogProperties.URI, CatalogProperties.WAREHOUSE_LOCATION));

    private static final Map<String, List<String>> CONFIGURATION_FILES = Map.of(
            FlinkCatalogFactory.HIVE_CONF_DIR, List.of("hive-site.xml"),
            FlinkCatalogFactory.HADOOP_CONF_DIR, List.of("core-site.xml", "hdfs-site.xml"));

    private static final String HDFS_CONFIGURATION = "org.apache.hadoop.hdfs.HdfsConfiguration";

    CatalogConfig {
        properties = Map.copyOf(properties);
    }

    /**
     * @throws ValidationException naming the option that is missing, unknown or superfluous, or a jar that is in the
     *     way
     */
    static CatalogConfig of(DeclaredOptions options) {
        OwnClasses.requireOwnIceberg();
        String impl = impl(options);
        for (String property : REQUIRED_BY_IMPL.getOrDefault(impl, List.of())) {
            require(property, impl, options.catalog().containsKey(property));
        }
        if (impl.equals(CatalogUtil.ICEBERG_CATALOG_JDBC)) {
            // Under a name that nobody else uses, the catalog's tables would be missing, and created anew.
            require(
                    CATALOG_NAME.key(),
                    impl,
                    options.own().getOptional(CATALOG_NAME).isPresent());
        }
        return new CatalogConfig(options.own().get(CATALOG_NAME), impl, options.catalog());
    }

    private static String impl(DeclaredOptions options) {
        String type = options.own().getOptional(CATALOG_TYPE).orElse(null);
        String impl = options.own().getOptional(CATALOG_IMPL).orElse(null);
        if (type != null && impl != null) {
            throw new ValidationException("Both " + setting(CATALOG_TYPE, type) + " and " + setting(CATALOG_IMPL, impl)
                    + " are set. Leave one of them out.");
        }
        if (impl != null) {
            return impl;
        }
        if (type == null) {
            throw new ValidationException("It is not said which Iceberg catalog holds the table. Set '"
                    + CATALOG_TYPE.key() + "' to one of " + IMPL_BY_TYPE.keySet() + ", or '" + CATALOG_IMPL.key()
                    + "' to a class.");
        }
        String known = IMPL_BY_TYPE.get(type.toLowerCase(Locale.ROOT));
        if (known == null) {
            throw new ValidationException("Unknown catalog type: " + setting(CATALOG_TYPE, type) + ". Choose one of "
                    + IMPL_BY_TYPE.keySet() + ", or name a class in '" + CATALOG_IMPL.key() + "'.");
        }
        return known;
    }

    private static String setting(ConfigOption<String> option, String value) {
        return "'" + option.key() + "' = '" + value + "'";
    }

    private static void require(String option, String impl, boolean present) {
        if (!present) {
            throw new ValidationException("Option '" + option + "' is missing, which a catalog of "
                    + impl.substring(impl.lastIndexOf('.') + 1) + " needs. Set it.");
        }
    }

    /**
     * A serializable loader of the catalog. It carries the configuration of Hadoop as it is here and now.
     *
     * @throws ValidationException if a configuration directory lacks its files
     */
    CatalogLoader loader() {
        return CatalogLoader.custom(name, properties, hadoopConfiguration(), impl);
    }

    /**
     * Runs an action that opens the catalog.
     *
     * @throws ValidationException with what went wrong
     */
    <T> T opened(Supplier<T> opening) {
        try {
            return OwnClasses.visibleTo(opening);
        } catch (RuntimeException | LinkageError e) {
            throw new ValidationException(
                    "Iceberg catalog '" + name + "' of class " + impl + " cannot be opened: " + e.getMessage()
                            + ". Check its options, and whether its classes are in Flink's lib/.",
                    e);
        }
    }

    private Configuration hadoopConfiguration() {
        Configuration configuration = hasHdfs() ? FlinkCatalogFactory.clusterHadoopConf() : new Configuration();
        CONFIGURATION_FILES.forEach((option, files) -> {
            String directory = properties.get(option);
            if (directory != null) {
                files.forEach(file -> configuration.addResource(new org.apache.hadoop.fs.Path(
                        existing(option, Path.of(directory, file)).toUri())));
            }
        });
        return configuration;
    }

    /**
     * Flink makes the cluster's configuration of Hadoop from a class of HDFS. Catalogs and file IOs that are not
     * Hadoop's do without HDFS, and then there is no such configuration.
     */
    private static boolean hasHdfs() {
        try {
            Class.forName(HDFS_CONFIGURATION, false, HadoopUtils.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static Path existing(String option, Path file) {
        if (!Files.isRegularFile(file)) {
            throw new ValidationException("File " + file + " is missing, which option '" + option
                    + "' says is there. Correct the directory.");
        }
        return file;
    }
}
