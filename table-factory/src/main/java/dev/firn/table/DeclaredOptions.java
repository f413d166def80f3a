package dev.firn.table;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.factories.FactoryUtil;

/**
 * A table's options, told apart by whom they are for.
 *
 * @param own values of {@link FirnOptions}
 * @param catalog properties of catalog and file IO, under Iceberg's names
 * @param table properties of the table, under Iceberg's names
 */
record DeclaredOptions(ReadableConfig own, Map<String, String> catalog, Map<String, String> table) {

    private static final List<String> FRAMEWORK =
            List.of(FactoryUtil.CONNECTOR.key(), FactoryUtil.PROPERTY_VERSION.key());

    DeclaredOptions {
        catalog = Map.copyOf(catalog);
        table = Map.copyOf(table);
    }

    /** @throws ValidationException naming an option that is none, or a property that is given twice */
    static DeclaredOptions of(Map<String, String> options) {
        List<String> ownNames =
                FirnOptions.ALL.stream().map(ConfigOption::key).sorted().toList();
        Map<String, String> own = new HashMap<>();
        Map<String, String> catalog = new HashMap<>();
        Map<String, String> table = new HashMap<>();
        options.forEach((name, value) -> {
            if (ownNames.contains(name)) {
                own.put(name, value);
            } else if (name.startsWith(IcebergOptions.CATALOG.escape())) {
                putOnce(catalog, name.substring(IcebergOptions.CATALOG.escape().length()), value);
            } else if (name.startsWith(IcebergOptions.TABLE.escape())) {
                putOnce(table, name.substring(IcebergOptions.TABLE.escape().length()), value);
            } else if (IcebergOptions.CATALOG.includes(name)) {
                putOnce(catalog, name, value);
            } else if (IcebergOptions.TABLE.includes(name)) {
                putOnce(table, name, value);
            } else if (!FRAMEWORK.contains(name)) {
                throw unknown(name, ownNames);
            }
        });
        return new DeclaredOptions(Configuration.fromMap(own), catalog, table);
    }

    private static void putOnce(Map<String, String> properties, String name, String value) {
        if (properties.put(name, value) != null) {
            throw new ValidationException("Property '" + name
                    + "' is given twice: under its own name, and with a prefix. Leave one of them out.");
        }
    }

    private static ValidationException unknown(String name, List<String> ownNames) {
        List<String> known = Stream.concat(
                        ownNames.stream(),
                        Stream.of(IcebergOptions.CATALOG, IcebergOptions.TABLE)
                                .flatMap(kind -> kind.spelled().stream()))
                .toList();
        String near = known.stream()
                .filter(candidate -> Spelling.isNear(name, candidate))
                .min(Comparator.comparing((String candidate) -> Spelling.distance(name, candidate)))
                .map(candidate -> "Did you mean '" + candidate + "'? ")
                .orElse("");
        return new ValidationException("Unknown option '" + name + "'. "
                + near
                + "The connector's options are " + ownNames + ". Iceberg's properties are passed on to the catalog ("
                + spelled(IcebergOptions.CATALOG) + ") or to a table that is created (" + spelled(IcebergOptions.TABLE)
                + "); put 'catalog.' or 'table.' ahead of the name of any other property.");
    }

    private static String spelled(IcebergOptions kind) {
        return kind.spelled().stream().collect(Collectors.joining(", "));
    }
}
