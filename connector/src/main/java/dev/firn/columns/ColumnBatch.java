package dev.firn.columns;

import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.MessageType;

/**
 * Some rows, column by column. Not thread-safe.
 *
 * @param columns as many as the schema has, with equally many rows
 */
public record ColumnBatch(List<ColumnVector> columns) {

    public ColumnBatch {
        columns = List.copyOf(columns);
    }

    /** Whether rows of this schema can be in a batch: columns alone, neither nested nor repeated. */
    public static boolean fits(MessageType schema) {
        return schema.getColumns().stream()
                .allMatch(column -> column.getPath().length == 1 && column.getMaxRepetitionLevel() == 0);
    }

    /** An empty batch of a schema that {@linkplain #fits fits}. */
    public static ColumnBatch of(MessageType schema) {
        return of(schema.getColumns());
    }

    /** An empty batch of columns that are neither nested nor repeated. */
    static ColumnBatch of(List<ColumnDescriptor> columns) {
        return new ColumnBatch(columns.stream().map(ColumnBatch::vector).toList());
    }

    /** An empty vector of a column that is neither nested nor repeated. */
    static ColumnVector vector(ColumnDescriptor column) {
        return switch (column.getPrimitiveType().getPrimitiveTypeName()) {
            case BOOLEAN, INT32, FLOAT -> new IntVector();
            case INT64, DOUBLE -> new LongVector();
            case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> new BytesVector();
        };
    }

    public int rows() {
        return columns.isEmpty() ? 0 : columns.get(0).size();
    }

    public void clear() {
        columns.forEach(ColumnVector::clear);
    }
}
