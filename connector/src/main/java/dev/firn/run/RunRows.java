package dev.firn.run;

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
 */
public record RunRows<T>(
        RunFormat format, Schema schema, BiFunction<Schema, MessageType, ParquetValueWriter<T>> writer) {

    /** Flink's rows, of {@link RunFormat#rowType()}. */
    public static RunRows<RowData> flink(RunFormat format) {
        RowType rowType = format.writerType();
        return new RunRows<>(
                format,
                format.schema(),
                (schema, fileSchema) -> FlinkParquetWriters.buildWriter(schema, fileSchema, rowType));
    }

    /** New rows in Iceberg's internal values; what follows the table's columns in them is left out. */
    public static RunRows<StructLike> internal(RunFormat format) {
        return new RunRows<>(format, format.schema(), InternalWriter::createWriter);
    }

    /** Rows of {@link RunFormat#withLineage()}, in Iceberg's internal values. */
    public static RunRows<StructLike> lineage(RunFormat format) {
        return new RunRows<>(format, format.withLineage(), InternalWriter::createWriter);
    }
}
