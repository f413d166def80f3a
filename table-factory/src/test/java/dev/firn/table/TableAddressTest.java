package dev.firn.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.ObjectIdentifier;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.Test;

class TableAddressTest {

    @Test
    void theDeclaredTablesOwnNameIsTheDefault() {
        assertThat(address("bank", "accounts", Map.of()).identifier())
                .isEqualTo(TableIdentifier.of("bank", "accounts"));
    }

    @Test
    void optionsNameAnotherTable() {
        assertThat(address("bank", "accounts", Map.of("catalog-database", "b", "catalog-table", "a"))
                        .identifier())
                .isEqualTo(TableIdentifier.of("b", "a"));
    }

    @Test
    void dotsSeparateTheLevelsOfADatabase() {
        assertThat(address("bank", "accounts", Map.of("catalog-database", "eu.bank"))
                        .identifier())
                .isEqualTo(TableIdentifier.of(Namespace.of("eu", "bank"), "accounts"));
    }

    @Test
    void refusesNamesThatNoIdentifierExpresses() {
        assertThatThrownBy(() -> address("bank", "ac.counts", Map.of()))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("'ac.counts'")
                .hasMessageContaining("Set 'catalog-table'");
        assertThatThrownBy(() -> address("bank", "accounts", Map.of("catalog-database", "eu..bank")))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("'eu..bank'")
                .hasMessageContaining("'catalog-database'");
    }

    @Test
    void aCatalogThatCannotBeOpenedIsNamed() {
        Map<String, String> options = Map.of("catalog-type", "glue", "catalog-name", "prod");

        assertThatThrownBy(() -> TableAddress.of(DeclaredOptions.of(options), ObjectIdentifier.of("c", "bank", "t"))
                        .provision(provisioner -> {}))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("Iceberg catalog 'prod' of class org.apache.iceberg.aws.glue.GlueCatalog")
                .hasMessageContaining("whether its classes are in Flink's lib/");
    }

    private static TableAddress address(String database, String table, Map<String, String> more) {
        Map<String, String> options = new HashMap<>(more);
        options.put("catalog-type", "hadoop");
        options.put("warehouse", "w");
        return TableAddress.of(DeclaredOptions.of(options), ObjectIdentifier.of("c", database, table));
    }
}
