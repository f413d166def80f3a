package dev.firn.columns;

import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type.Repetition;

/** Appends nulls to the columns of a batch that may have some. */
final class Nulls {

    private final MessageType schema;
    private final ColumnVector[] columns;

    Nulls(MessageType schema, ColumnBatch batch) {
        this.schema = schema;
        this.columns = batch.columns().toArray(ColumnVector[]::new);
    }

    void append(int column) {
        if (schema.getType(column).isRepetition(Repetition.REQUIRED)) {
            throw new IllegalArgumentException(
                    "The column " + schema.getType(column).getName() + " is required, but a row has no value for it.");
        }
        columns[column].appendNull();
    }
}
