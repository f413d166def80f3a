package dev.firn.table;

import dev.firn.iceberg.TableDefinition;
import dev.firn.iceberg.TableDefinition.Bucketing;
import dev.firn.sink.SinkConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedCatalogTable;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.catalog.UniqueConstraint;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.TableProperties;

/** A CREATE TABLE statement as the rooms below understand it. */
record DeclaredTable(ResolvedCatalogTable statement, DeclaredOptions options) {

    /** @throws ValidationException naming an option that is none */
    static DeclaredTable of(ResolvedCatalogTable statement) {
        return new DeclaredTable(statement, DeclaredOptions.of(statement.getOptions()));
    }

    /** The physical columns, with their comments. */
    RowType columns() {
        return new RowType(
                false,
                physicalColumns().stream()
                        .map(column -> new RowType.RowField(
                                column.getName(),
                                column.getDataType().getLogicalType(),
                                column.getComment().orElse(null)))
                        .toList());
    }

    ResolvedSchema physicalSchema() {
        return ResolvedSchema.of(physicalColumns());
    }

    private List<Column> physicalColumns() {
        return statement.getResolvedSchema().getColumns().stream()
                .filter(Column::isPhysical)
                .toList();
    }

    /** Columns of the primary key; empty if none is declared. */
    List<String> primaryKey() {
        return statement
                .getResolvedSchema()
                .getPrimaryKey()
                .map(UniqueConstraint::getColumns)
                .orElse(List.of());
    }

    /** @throws IllegalArgumentException with problem, cause and remedy if the definition contradicts itself */
    TableDefinition definition() {
        return new TableDefinition(columns(), primaryKey(), statement.getPartitionKeys(), bucketing(), properties());
    }

    private Bucketing bucketing() {
        Bucketing bucketing = Bucketing.DEFAULT;
        Optional<Integer> count = options.own().getOptional(FirnOptions.BUCKET);
        if (count.isPresent()) {
            bucketing = bucketing.withCount(count.get());
        }
        Optional<String> column = options.own().getOptional(FirnOptions.BUCKET_KEY);
        return column.isPresent() ? bucketing.withColumn(column.get()) : bucketing;
    }

    private Map<String, String> properties() {
        Map<String, String> properties = new HashMap<>(options.table());
        String comment = statement.getComment();
        if (comment != null && !comment.isEmpty()) {
            properties.putIfAbsent(TableProperties.COMMENT, comment);
        }
        return properties;
    }

    /** @throws IllegalArgumentException naming an option with a value that is none */
    SinkConfig sinkConfig() {
        return SinkSpelling.of(options.own());
    }
}
