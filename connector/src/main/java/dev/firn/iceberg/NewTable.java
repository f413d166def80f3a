package dev.firn.iceberg;

import static org.apache.iceberg.TableProperties.DEFAULT_FILE_FORMAT;
import static org.apache.iceberg.TableProperties.DELETE_MODE;
import static org.apache.iceberg.TableProperties.FORMAT_VERSION;
import static org.apache.iceberg.TableProperties.MANIFEST_MIN_MERGE_COUNT;
import static org.apache.iceberg.TableProperties.MERGE_MODE;
import static org.apache.iceberg.TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED;
import static org.apache.iceberg.TableProperties.METADATA_PREVIOUS_VERSIONS_MAX;
import static org.apache.iceberg.TableProperties.METRICS_MODE_COLUMN_CONF_PREFIX;
import static org.apache.iceberg.TableProperties.PARQUET_BLOOM_FILTER_COLUMN_ENABLED_PREFIX;
import static org.apache.iceberg.TableProperties.UPDATE_MODE;
import static org.apache.iceberg.TableProperties.WRITE_TARGET_FILE_SIZE_BYTES;

import dev.firn.run.LevelProfiles;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowLevelOperationMode;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Type.TypeID;

/** How a missing table is created from its definition. */
final class NewTable {

    // Enough subtasks for a small deployment, and few enough files a checkpoint.
    static final int DEFAULT_BUCKETS = 4;

    private static final String MERGE_ON_READ = RowLevelOperationMode.MERGE_ON_READ.modeName();
    private static final String PARQUET = "parquet";

    private final TableDefinition definition;
    private final Schema schema;

    /** @throws IllegalArgumentException if a declared property contradicts what Firn writes */
    NewTable(TableDefinition definition) {
        this.definition = definition;
        this.schema = definition.schema();
        requireIfDeclared(FORMAT_VERSION, Integer.toString(TableLayout.FORMAT_VERSION));
        requireIfDeclared(DEFAULT_FILE_FORMAT, PARQUET);
    }

    /** @throws org.apache.iceberg.exceptions.AlreadyExistsException if somebody created it meanwhile */
    Table create(Catalog catalog, TableIdentifier identifier) {
        return catalog.buildTable(identifier, schema)
                .withPartitionSpec(partitionSpec())
                .withSortOrder(sortOrder())
                .withProperties(properties())
                .create();
    }

    PartitionSpec partitionSpec() {
        PartitionSpec.Builder spec = PartitionSpec.builderFor(schema);
        definition.partitionColumns().forEach(spec::identity);
        String column = definition.bucketColumn();
        int buckets = definition.bucketing().count().orElse(DEFAULT_BUCKETS);
        return spec.bucket(column, buckets, unusedName(column + "_bucket")).build();
    }

    /** A partition field's name must not be a column's. */
    private String unusedName(String proposal) {
        String name = proposal;
        while (schema.findField(name) != null) {
            name += "_";
        }
        return name;
    }

    SortOrder sortOrder() {
        SortOrder.Builder order = SortOrder.builderFor(schema);
        definition.primaryKey().forEach(order::asc);
        return order.build();
    }

    Map<String, String> properties() {
        Map<String, String> properties = new HashMap<>();
        properties.put(DEFAULT_FILE_FORMAT, PARQUET);
        properties.putAll(LevelProfiles.UNASKED);
        // A touched file's deletion vector is written whole, and a file is compacted whole.
        properties.put(WRITE_TARGET_FILE_SIZE_BYTES, Long.toString(128L << 20));
        // There is a snapshot a checkpoint: metadata files would pile up for ever.
        properties.put(METADATA_DELETE_AFTER_COMMIT_ENABLED, "true");
        properties.put(METADATA_PREVIOUS_VERSIONS_MAX, "50");
        // Each commit reads every manifest, and most are as small as a checkpoint: few are worth a merge.
        properties.put(MANIFEST_MIN_MERGE_COUNT, "20");
        // Other engines too are to add deletion vectors instead of rewriting files under the sink.
        properties.put(DELETE_MODE, MERGE_ON_READ);
        properties.put(UPDATE_MODE, MERGE_ON_READ);
        properties.put(MERGE_MODE, MERGE_ON_READ);
        for (String column : definition.primaryKey()) {
            properties.put(METRICS_MODE_COLUMN_CONF_PREFIX + column, "full");
            // Parquet adds no boolean to a bloom filter, and an empty filter denies every value.
            if (schema.asStruct().field(column).type().typeId() != TypeID.BOOLEAN) {
                properties.put(PARQUET_BLOOM_FILTER_COLUMN_ENABLED_PREFIX + column, "true");
            }
        }
        properties.putAll(definition.properties());
        properties.put(FORMAT_VERSION, Integer.toString(TableLayout.FORMAT_VERSION));
        return properties;
    }

    private void requireIfDeclared(String property, String value) {
        String declared = definition.properties().getOrDefault(property, value);
        if (!declared.equalsIgnoreCase(value)) {
            throw new IllegalArgumentException("Property '" + property + "' is '" + declared + "', but Firn writes '"
                    + value + "' only. Leave the property out.");
        }
    }
}
