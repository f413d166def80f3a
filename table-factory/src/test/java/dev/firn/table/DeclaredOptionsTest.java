package dev.firn.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.flink.table.api.ValidationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeclaredOptionsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "uri",
                "warehouse",
                "io-impl",
                "clients",
                "cache-enabled",
                "credential",
                "token",
                "scope",
                "hive-conf-dir",
                "hadoop-conf-dir",
                "s3.endpoint",
                "s3.path-style-access",
                "client.region",
                "http-client.type",
                "io.manifest.cache-enabled",
                "jdbc.user",
                "rest.sigv4-enabled",
                "header.X-Iceberg-Access-Delegation",
                "oauth2-server-uri",
                "glue.skip-archive",
                "table-default.write.format.default",
                "encryption.kms-impl"
            })
    void catalogPropertiesGoToTheCatalogUnderTheirOwnNames(String name) {
        DeclaredOptions options = DeclaredOptions.of(Map.of(name, "x"));

        assertThat(options.catalog()).containsExactly(Map.entry(name, "x"));
        assertThat(options.table()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "write.target-file-size-bytes",
                "write.parquet.compression-codec",
                "commit.retry.num-retries",
                "history.expire.max-snapshot-age-ms",
                "read.split.target-size",
                "gc.enabled",
                "format-version",
                "comment",
                "identifier-fields.rely",
                "encryption.key-id"
            })
    void tablePropertiesGoToTheTableUnderTheirOwnNames(String name) {
        DeclaredOptions options = DeclaredOptions.of(Map.of(name, "x"));

        assertThat(options.table()).containsExactly(Map.entry(name, "x"));
        assertThat(options.catalog()).isEmpty();
    }

    @Test
    void anyPropertyIsAcceptedWithAPrefix() {
        DeclaredOptions options = DeclaredOptions.of(Map.of("catalog.rare", "c", "table.rare", "t"));

        assertThat(options.catalog()).containsExactly(Map.entry("rare", "c"));
        assertThat(options.table()).containsExactly(Map.entry("rare", "t"));
    }

    @Test
    void thePropertiesOfOneKindDoNotSwallowTheConnectorsOwnOptions() {
        DeclaredOptions options = DeclaredOptions.of(Map.of(
                "connector",
                "firn",
                "catalog-name",
                "c",
                "catalog-table",
                "t",
                "bucket",
                "3",
                "sink.parallelism",
                "5"));

        assertThat(options.own().get(FirnOptions.CATALOG_NAME)).isEqualTo("c");
        assertThat(options.own().get(FirnOptions.CATALOG_TABLE)).isEqualTo("t");
        assertThat(options.own().get(FirnOptions.BUCKET)).isEqualTo(3);
        assertThat(options.own().get(FirnOptions.SINK_PARALLELISM)).isEqualTo(5);
        assertThat(options.catalog()).isEmpty();
        assertThat(options.table()).isEmpty();
    }

    @Test
    void refusesAPropertyThatIsGivenTwice() {
        assertThatThrownBy(() -> DeclaredOptions.of(Map.of("uri", "a", "catalog.uri", "b")))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("'uri' is given twice");
    }

    @ParameterizedTest
    @CsvSource({
        "buckets, bucket",
        "bucket_key, bucket-key",
        "catalog-typ, catalog-type",
        "sink.write-bufer, sink.write-buffer",
        "ware-house, warehouse",
        "wirte.format.default, write.*",
        "s2.endpoint, s3.*",
        "oauth-server-uri, oauth2-*"
    })
    void anUnknownOptionIsToldWithWhatItMayBeMeantToBe(String name, String near) {
        assertThatThrownBy(() -> DeclaredOptions.of(Map.of(name, "x")))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("Unknown option '" + name + "'. Did you mean '" + near + "'?")
                .hasMessageContaining("put 'catalog.' or 'table.' ahead");
    }

    @Test
    void anUnknownOptionThatIsNearToNothingIsToldWithAllThatThereAre() {
        assertThatThrownBy(() -> DeclaredOptions.of(Map.of("changelog-producer", "x")))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("Unknown option 'changelog-producer'. The connector's options are")
                .hasMessageContaining("sink.accept-older-state")
                .hasMessageContaining("write.*");
    }
}
