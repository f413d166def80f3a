package dev.firn.table;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.Catalog;
import org.apache.flink.table.catalog.CommonCatalogOptions;
import org.apache.flink.table.factories.CatalogFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.flink.FlinkCatalogFactory;

/** Makes catalogs that are created {@code WITH ('type' = 'firn')}. */
public final class FirnCatalogFactory implements CatalogFactory {

    private static final ConfigOption<String> DEFAULT_DATABASE = ConfigOptions.key(FlinkCatalogFactory.DEFAULT_DATABASE)
            .stringType()
            .defaultValue(FlinkCatalogFactory.DEFAULT_DATABASE_NAME);

    private static final ConfigOption<String> BASE_NAMESPACE =
            ConfigOptions.key(FlinkCatalogFactory.BASE_NAMESPACE).stringType().defaultValue("");

    private static final Set<ConfigOption<?>> OF_A_CATALOG =
            Set.of(FirnOptions.CATALOG_NAME, FirnOptions.CATALOG_TYPE, FirnOptions.CATALOG_IMPL);

    @Override
    public String factoryIdentifier() {
        return "firn";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of();
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return Set.of(
                DEFAULT_DATABASE,
                BASE_NAMESPACE,
                FirnOptions.CATALOG_NAME,
                FirnOptions.CATALOG_TYPE,
                FirnOptions.CATALOG_IMPL);
    }

    /**
     * @throws ValidationException naming the option that is missing, wrong or none of a catalog, or what cannot be
     *     opened
     */
    @Override
    public Catalog createCatalog(Context context) {
        Map<String, String> options = new HashMap<>(context.getOptions());
        options.remove(CommonCatalogOptions.CATALOG_TYPE.key());
        options.remove(FactoryUtil.PROPERTY_VERSION.key());
        String defaultDatabase = take(options, DEFAULT_DATABASE);
        String base = take(options, BASE_NAMESPACE);
        DeclaredOptions declared = DeclaredOptions.of(options);
        checkOnlyOfACatalog(declared);
        CatalogConfig config = CatalogConfig.of(declared);
        Namespace baseNamespace = base.isEmpty() ? Namespace.empty() : Namespace.of(base.split("\\.", -1));
        return config.opened(() -> new FirnCatalog(
                context.getName(),
                new FirnCatalog.Place(config.loader(), baseNamespace, options),
                defaultDatabase,
                context.getConfiguration()));
    }

    private static String take(Map<String, String> options, ConfigOption<String> option) {
        String value = options.remove(option.key());
        return value == null ? option.defaultValue() : value;
    }

    private static void checkOnlyOfACatalog(DeclaredOptions declared) {
        Set<String> others = new TreeSet<>(declared.table().keySet());
        FirnOptions.ALL.stream()
                .filter(option -> !OF_A_CATALOG.contains(option))
                .filter(option -> declared.own().getOptional(option).isPresent())
                .forEach(option -> others.add(option.key()));
        if (!others.isEmpty()) {
            throw new ValidationException("Options of a table are given for a catalog: " + others
                    + ". Give them to a table in CREATE TABLE, or to one query by a hint.");
        }
    }
}
