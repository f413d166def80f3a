package dev.firn.columns;

import java.util.List;
import org.apache.iceberg.StructLike;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a schema that are read from a file.
 *
 * @param columns as Iceberg stores the schema's columns
 * @param values of each column, the way to its values
 */
public record RowBatch(ColumnBatch columns, List<InternalValue> values) {

    public StructLike row(int row) {
        return new ColumnRow(this, row);
    }

    @Nullable Object value(int position, int row) {
        ColumnVector vector = columns.columns().get(position);
        return vector.isNull(row) ? null : values.get(position).get(vector, row);
    }
}
