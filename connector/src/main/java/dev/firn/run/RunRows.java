package dev.firn.run;

import dev.firn.columns.ColumnBatch;
import dev.firn.columns.FlinkRowCopier;
import dev.firn.columns.InternalRowCopier;
import dev.firn.columns.RowCopier;
import java.util.Optional;
import java.util.function.BiFunction;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.data.parquet.InternalWriter;
import org.apache.iceberg.flink.data.FlinkParquetWriters;
import org.apache.iceberg.parquet.ParquetValueWriter;
import org.apache.parquet.schema.MessageType;

/**
 * What the rows of a run file are in memory.
 *
 * @param <T> their type
 * @param schema what is written of them
 * @param copier for {@link ColumnarWriter}
 * @param writer for Iceberg's writer, where that one is not fit
 */
public record RunRows<T>(
        RunFormat format,
        Schema schema,
        Copier<T> copier,
        BiFunction<Schema, MessageType, ParquetValueWriter<T>> writer) {

    /** How rows get into batches. */
    @FunctionalInterface
    public interface Copier<T> {

        /** None if the batch cannot take such rows. */
        Optional<RowCopier<T>> into(MessageType columns, ColumnBatch batch);
    }

    /** Flink's rows, of {@link RunFormat#rowType()}. */
    public static RunRows<RowData> flink(RunFormat format) {
        RowType rowType = format.writerType();
        return new RunRows<>(
                format,
                format.schema(),
                (columns, batch) -> FlinkRowCopier.of(rowType, columns, batch),
                (schema, fileSchema) -> FlinkParquetWriters.buildWriter(schema, fileSchema, rowType));
    }

    /** New rows in Iceberg's internal values; what follows the table's columns in them is left out. */
    public static RunRows<StructLike> internal(RunFormat format) {
        return new RunRows<>(format, format.schema(), InternalRowCopier::of, InternalWriter::createWriter);
    }

    /** Rows of {@link RunFormat#withLineage()}, in Iceberg's internal values. */
    public static RunRows<StructLike> lineage(RunFormat format) {
        return new RunRows<>(format, format.withLineage(), InternalRowCopier::of, InternalWriter::createWriter);
    }
}
