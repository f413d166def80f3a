package dev.firn.iceberg;

import dev.firn.key.KeyEncoder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.Schema;
import org.apache.iceberg.transforms.Transforms;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/**
 * A table as a user declares it, valid in itself: every type can be stored, the primary key can be encoded, and the
 * partition is known from the key.
 *
 * @param columns the rows to be written; a field's description becomes the column's comment
 * @param primaryKey names of key columns in declared order; they are stored as required columns, nullable here or not
 * @param partitionColumns names of the key columns to partition by, each by its value, ahead of the bucket
 * @param bucketing what was said about buckets
 * @param properties Iceberg table properties, for a table that has to be created
 */
public record TableDefinition(
        RowType columns,
        List<String> primaryKey,
        List<String> partitionColumns,
        Bucketing bucketing,
        Map<String, String> properties) {

    /**
     * How many buckets, and of which column; empty where the user leaves it to Firn.
     *
     * @param count positive
     * @param column a column of the primary key
     */
    public record Bucketing(OptionalInt count, Optional<String> column) {

        public static final Bucketing DEFAULT = new Bucketing(OptionalInt.empty(), Optional.empty());

        public Bucketing {
            if (count.isPresent() && count.getAsInt() < 1) {
                throw new IllegalArgumentException("Bucket count ('bucket') is " + count.getAsInt()
                        + ", but a table has at least one bucket. Set a positive number, or none for the default.");
            }
        }

        public Bucketing withCount(int buckets) {
            return new Bucketing(OptionalInt.of(buckets), column);
        }

        public Bucketing withColumn(String bucketColumn) {
            return new Bucketing(count, Optional.of(bucketColumn));
        }
    }

    /** @throws IllegalArgumentException with problem, cause and remedy if the definition contradicts itself */
    public TableDefinition {
        primaryKey = List.copyOf(primaryKey);
        partitionColumns = List.copyOf(partitionColumns);
        properties = Map.copyOf(properties);
        Schema schema = withoutIdentifiers(columns, primaryKey);
        KeyEncoder.of(schema, primaryKey, columns);
        requireKeyColumns("Partition column", partitionColumns, primaryKey);
        if (new HashSet<>(partitionColumns).size() != partitionColumns.size()) {
            throw new IllegalArgumentException(
                    "PARTITIONED BY names a column twice: " + partitionColumns + ". Name it once.");
        }
        checkBucketing(schema, primaryKey, bucketing);
    }

    /** The columns as Iceberg stores them, with the primary key as identifier fields. */
    Schema schema() {
        Schema schema = withoutIdentifiers(columns, primaryKey);
        Set<Integer> ids = primaryKey.stream()
                .map(column -> schema.asStruct().field(column).fieldId())
                .collect(Collectors.toSet());
        return new Schema(schema.columns(), ids);
    }

    /**
     * The declared bucket column, or the first key column that can be bucketed and is no partition column. If there is
     * none, the last key column that can be bucketed: then each partition lies in a single bucket.
     */
    String bucketColumn() {
        if (bucketing.column().isPresent()) {
            return bucketing.column().get();
        }
        Schema schema = withoutIdentifiers(columns, primaryKey);
        List<String> candidates =
                primaryKey.stream().filter(column -> bucketable(schema, column)).toList();
        return candidates.stream()
                .filter(column -> !partitionColumns.contains(column))
                .findFirst()
                .orElse(candidates.get(candidates.size() - 1));
    }

    private static Schema withoutIdentifiers(RowType columns, List<String> primaryKey) {
        List<NestedField> fields = new ArrayList<>();
        for (NestedField field : ColumnCheck.stored(columns).fields()) {
            fields.add(primaryKey.contains(field.name()) ? field.asRequired() : field);
        }
        return new Schema(fields);
    }

    private static void checkBucketing(Schema schema, List<String> primaryKey, Bucketing bucketing) {
        bucketing.column().ifPresent(column -> {
            requireKeyColumns("Bucket column ('bucket-key')", List.of(column), primaryKey);
            if (!bucketable(schema, column)) {
                throw new IllegalArgumentException("Bucket column ('bucket-key') '" + column + "' is "
                        + type(schema, column) + ", which Iceberg cannot bucket. Choose another column of the primary"
                        + " key.");
            }
        });
        if (primaryKey.stream().noneMatch(column -> bucketable(schema, column))) {
            throw new IllegalArgumentException("No column of the primary key " + primaryKey
                    + " can be bucketed: Iceberg does not bucket BOOLEAN. Add a column of another type to the key.");
        }
    }

    private static void requireKeyColumns(String role, List<String> columns, List<String> primaryKey) {
        for (String column : columns) {
            if (!primaryKey.contains(column)) {
                throw new IllegalArgumentException(role + " '" + column + "' does not belong to the primary key "
                        + primaryKey
                        + ", but a row's partition must be known from its key. Add the column to the primary"
                        + " key, or choose one of the key's.");
            }
        }
    }

    private static boolean bucketable(Schema schema, String column) {
        return Transforms.bucket(1).canTransform(type(schema, column));
    }

    private static Type type(Schema schema, String column) {
        return schema.asStruct().field(column).type();
    }
}
