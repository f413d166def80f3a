package dev.firn.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.table.api.ValidationException;
import org.apache.hadoop.conf.Configurable;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogConfigTest {

    @ParameterizedTest
    @CsvSource({
        "hadoop, org.apache.iceberg.hadoop.HadoopCatalog",
        "HADOOP, org.apache.iceberg.hadoop.HadoopCatalog",
        "rest, org.apache.iceberg.rest.RESTCatalog",
        "jdbc, org.apache.iceberg.jdbc.JdbcCatalog",
        "hive, org.apache.iceberg.hive.HiveCatalog",
        "glue, org.apache.iceberg.aws.glue.GlueCatalog",
        "nessie, org.apache.iceberg.nessie.NessieCatalog",
        "bigquery, org.apache.iceberg.gcp.bigquery.BigQueryMetastoreCatalog"
    })
    void theTypeTellsTheClass(String type, String impl) {
        Map<String, String> options = Map.of("catalog-type", type, "catalog-name", "c", "uri", "u", "warehouse", "w");

        assertThat(config(options)).isEqualTo(new CatalogConfig("c", impl, Map.of("uri", "u", "warehouse", "w")));
    }

    @Test
    void anyClassCanBeNamed() {
        CatalogConfig config = config(Map.of("catalog-impl", RecordingCatalog.class.getName(), "catalog.color", "red"));

        RecordingCatalog catalog = (RecordingCatalog) config.loader().loadCatalog();

        assertThat(catalog.name()).isEqualTo("firn");
        assertThat(catalog.properties).containsEntry("color", "red");
    }

    @Test
    void refusesNoTypeAnUnknownOneAndTypeWithClass() {
        assertRefused(Map.of("warehouse", "w"), "Set 'catalog-type' to one of [bigquery, glue, hadoop,");
        assertRefused(Map.of("catalog-type", "hdoop"), "Unknown catalog type: 'catalog-type' = 'hdoop'");
        assertRefused(
                Map.of("catalog-type", "hadoop", "catalog-impl", "X"),
                "Both 'catalog-type' = 'hadoop' and 'catalog-impl' = 'X' are set");
    }

    @Test
    void refusesACatalogThatLacksWhatItNeeds() {
        assertRefused(
                Map.of("catalog-type", "hadoop"), "'warehouse' is missing, which a catalog of HadoopCatalog needs");
        assertRefused(Map.of("catalog-type", "rest"), "'uri' is missing, which a catalog of RESTCatalog needs");
        assertRefused(Map.of("catalog-type", "jdbc", "uri", "u"), "'warehouse' is missing");
    }

    @Test
    void aJdbcCatalogNeedsTheNameUnderWhichItKeepsTables() {
        assertRefused(Map.of("catalog-type", "jdbc", "uri", "u", "warehouse", "w"), "Option 'catalog-name' is missing");
        assertRefused(
                Map.of("catalog-impl", JdbcCatalog.class.getName(), "uri", "u", "warehouse", "w"),
                "Option 'catalog-name' is missing");
    }

    @Test
    void configurationDirectoriesReachTheCatalog(@TempDir Path directory) throws Exception {
        for (String file : new String[] {"hive-site.xml", "core-site.xml", "hdfs-site.xml"}) {
            Files.writeString(
                    directory.resolve(file),
                    "<configuration><property><name>firn." + file
                            + "</name><value>yes</value></property></configuration>");
        }

        CatalogConfig config = config(Map.of(
                "catalog-impl", RecordingCatalog.class.getName(),
                "hive-conf-dir", directory.toString(),
                "hadoop-conf-dir", directory.toString()));
        RecordingCatalog catalog = (RecordingCatalog) config.loader().loadCatalog();

        assertThat(catalog.getConf().get("firn.hive-site.xml")).isEqualTo("yes");
        assertThat(catalog.getConf().get("firn.core-site.xml")).isEqualTo("yes");
        assertThat(catalog.getConf().get("firn.hdfs-site.xml")).isEqualTo("yes");
    }

    @Test
    void refusesAConfigurationDirectoryWithoutItsFiles(@TempDir Path directory) {
        CatalogConfig config =
                config(Map.of("catalog-impl", RecordingCatalog.class.getName(), "hive-conf-dir", directory.toString()));

        assertThatThrownBy(config::loader)
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("hive-site.xml is missing")
                .hasMessageContaining("'hive-conf-dir'");
    }

    private static CatalogConfig config(Map<String, String> options) {
        return CatalogConfig.of(DeclaredOptions.of(options));
    }

    private static void assertRefused(Map<String, String> options, String message) {
        assertThatThrownBy(() -> config(options))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining(message);
    }

    /** A catalog that tells what it was made with. */
    public static final class RecordingCatalog extends InMemoryCatalog implements Catalog, Configurable {

        private Map<String, String> properties = Map.of();
        private Configuration configuration = new Configuration(false);

        @Override
        public void initialize(String name, Map<String, String> given) {
            properties = Map.copyOf(given);
            super.initialize(name, given);
        }

        @Override
        public void setConf(Configuration given) {
            configuration = given;
        }

        @Override
        public Configuration getConf() {
            return configuration;
        }
    }
}
