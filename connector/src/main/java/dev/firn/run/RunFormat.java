package dev.firn.run;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types.NestedField;

/**
 * How the rows of one table lie in its run files: columns, their Flink types, primary key, sort order and writing
 * properties. An immutable value, to be made anew when the table's schema, sort order or properties change.
 */
public final class RunFormat {

    // Few rows a page: a reader that wants scattered rows decodes pages, not rows.
    private static final String PAGE_ROW_LIMIT = "2000";
    private static final long DEFAULT_EXPECTED_ROWS = 100_000;

    private final Schema schema;
    private final Schema schemaWithLineage;
    private final RowType rowType;
    private final List<String> keyColumns;
    private final SortOrder sortOrder;
    private final Map<String, String> tableProperties;
    private final Schema keySchema;
    private final RowType keyRowType;
    private final long expectedRows;

    private RunFormat(
            Schema schema,
            RowType rowType,
            List<String> keyColumns,
            SortOrder sortOrder,
            Map<String, String> tableProperties) {
        this.schema = schema;
        this.schemaWithLineage = MetadataColumns.schemaWithRowLineage(schema);
        this.rowType = rowType;
        this.keyColumns = List.copyOf(keyColumns);
        this.sortOrder = sortOrder;
        this.tableProperties = Map.copyOf(tableProperties);
        this.keySchema = keySchema(schema, keyColumns);
        this.keyRowType = keyRowType(rowType, keyColumns);
        this.expectedRows = DEFAULT_EXPECTED_ROWS;
    }

    private RunFormat(RunFormat other, Map<String, String> tableProperties, long expectedRows) {
        this.schema = other.schema;
        this.schemaWithLineage = other.schemaWithLineage;
        this.rowType = other.rowType;
        this.keyColumns = other.keyColumns;
        this.sortOrder = other.sortOrder;
        this.tableProperties = Map.copyOf(tableProperties);
        this.keySchema = other.keySchema;
        this.keyRowType = other.keyRowType;
        this.expectedRows = expectedRows;
    }

    /**
     * The format of a table's files.
     *
     * @param schema the table's write schema
     * @param rowType the Flink type of the rows: the schema's top-level columns, under their names and in their order
     * @param keyColumns names of the primary key's columns in declared order, all of them top-level
     * @param tableProperties the Iceberg table's properties, of which {@code write.parquet.*},
     *     {@code write.metadata.metrics.*} and the name mapping are used
     * @throws IllegalArgumentException if row type or key do not fit the schema
     */
    public static RunFormat of(
            Schema schema,
            RowType rowType,
            List<String> keyColumns,
            SortOrder sortOrder,
            Map<String, String> tableProperties) {
        List<String> columns = schema.columns().stream().map(NestedField::name).toList();
        if (!columns.equals(rowType.getFieldNames())) {
            throw new IllegalArgumentException(
                    "The row type's columns " + rowType.getFieldNames() + " are not the table's columns " + columns
                            + " in their order: arrange the row's columns as the table has them");
        }
        if (keyColumns.isEmpty()) {
            throw new IllegalArgumentException("The table has no primary key: declare its identifier fields");
        }
        if (Set.copyOf(keyColumns).size() != keyColumns.size()) {
            throw new IllegalArgumentException("The primary key " + keyColumns + " names a column twice");
        }
        for (String column : keyColumns) {
            if (!columns.contains(column)) {
                throw new IllegalArgumentException("The primary key column " + column
                        + " is not a top-level column of the table: its columns are " + columns);
            }
        }
        return new RunFormat(schema, rowType, keyColumns, sortOrder, tableProperties);
    }

    /**
     * This format for files of about so many rows. It sizes the Parquet bloom filters, which are allocated in full when
     * a file is opened: too few rows make them useless, too many waste space in every small file.
     *
     * @throws IllegalArgumentException if {@code rows} is not positive
     */
    public RunFormat expecting(long rows) {
        if (rows <= 0) {
            throw new IllegalArgumentException("Expected rows must be positive: " + rows);
        }
        return new RunFormat(this, tableProperties, rows);
    }

    /** This format with these properties in place of the table's of the same names. */
    public RunFormat with(Map<String, String> properties) {
        Map<String, String> merged = new HashMap<>(tableProperties);
        merged.putAll(properties);
        return new RunFormat(this, merged, expectedRows);
    }

    public Schema schema() {
        return schema;
    }

    /** The columns of {@link #schema()}, then {@code _row_id} and {@code _last_updated_sequence_number}. */
    public Schema withLineage() {
        return schemaWithLineage;
    }

    public RowType rowType() {
        return rowType;
    }

    /** The primary key's columns in declared order. */
    public List<String> keyColumns() {
        return keyColumns;
    }

    public SortOrder sortOrder() {
        return sortOrder;
    }

    public Map<String, String> tableProperties() {
        return tableProperties;
    }

    /** The key columns alone, in declared order, with the field ids of the table. */
    public Schema keySchema() {
        return keySchema;
    }

    /** The Flink type of a row of {@link #keySchema()}. */
    public RowType keyRowType() {
        return keyRowType;
    }

    /** The row type that the Parquet writer is built for: the same rows under types that it knows. */
    RowType writerType() {
        return WriterTypes.of(rowType);
    }

    /** What the Parquet writer is configured with: the table's properties, completed by what a run file needs. */
    Map<String, String> writeProperties() {
        Map<String, String> properties = new HashMap<>(tableProperties);
        properties.putIfAbsent(TableProperties.PARQUET_PAGE_ROW_LIMIT, PAGE_ROW_LIMIT);
        for (NestedField column : keySchema.columns()) {
            properties.put(TableProperties.PARQUET_COLUMN_STATS_ENABLED_PREFIX + column.name(), "true");
            // Parquet never adds a boolean to a bloom filter, and an empty filter denies every value.
            if (column.type().typeId() == TypeID.BOOLEAN) {
                properties.remove(TableProperties.PARQUET_BLOOM_FILTER_COLUMN_ENABLED_PREFIX + column.name());
            } else {
                properties.putIfAbsent(
                        TableProperties.PARQUET_BLOOM_FILTER_COLUMN_ENABLED_PREFIX + column.name(), "true");
                properties.putIfAbsent(
                        TableProperties.PARQUET_BLOOM_FILTER_COLUMN_NDV_PREFIX + column.name(),
                        Long.toString(expectedRows));
            }
        }
        return properties;
    }

    /** The table's metrics, but for the key columns, whose bounds are always exact. */
    MetricsConfig metricsConfig() {
        Map<String, String> properties = new HashMap<>(tableProperties);
        for (String column : keyColumns) {
            properties.put(TableProperties.METRICS_MODE_COLUMN_CONF_PREFIX + column, "full");
        }
        return MetricsConfig.from(properties, schema, sortOrder);
    }

    private static Schema keySchema(Schema schema, List<String> keyColumns) {
        List<NestedField> fields = keyColumns.stream()
                .map(column -> Objects.requireNonNull(schema.asStruct().field(column)))
                .toList();
        return new Schema(fields, fields.stream().map(NestedField::fieldId).collect(Collectors.toSet()));
    }

    private static RowType keyRowType(RowType rowType, List<String> keyColumns) {
        List<RowType.RowField> fields = new ArrayList<>();
        for (String column : keyColumns) {
            fields.add(rowType.getFields().get(rowType.getFieldIndex(column)));
        }
        return new RowType(false, fields);
    }
}
