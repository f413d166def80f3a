package dev.firn.run;

import dev.firn.columns.BatchReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.data.parquet.InternalReader;
import org.apache.iceberg.flink.data.FlinkParquetReaders;
import org.apache.iceberg.flink.data.RowDataUtil;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * What the rows of a data file are in memory once they are decoded.
 *
 * @param <T> their type
 * @param models makes the model of a file's rows
 * @param values turns a value of Iceberg's metadata into one of a row
 */
record RowDecoding<T>(Models<T> models, BiFunction<Type, @Nullable Object, @Nullable Object> values) {

    /** Iceberg's internal values, in batches if the file allows it. */
    static final RowDecoding<StructLike> INTERNAL = new RowDecoding<>(RowDecoding::internal, (type, value) -> value);

    /** Flink's rows, in which narrow integers are still of type int. */
    static final RowDecoding<RowData> FLINK = new RowDecoding<>(
            (projection, fileSchema, constants, wanted) ->
                    new WantedRowModel<>(FlinkParquetReaders.buildReader(projection, fileSchema, constants), wanted),
            RowDataUtil::convertConstant);

    /** Makes the model of a file's rows. */
    @FunctionalInterface
    interface Models<T> {

        /**
         * @param fileSchema with field ids
         * @param constants values that are not read from the file, by field id
         */
        WantedModel<T> of(Schema projection, MessageType fileSchema, Map<Integer, ?> constants, WantedPositions wanted);
    }

    private static WantedModel<StructLike> internal(
            Schema projection, MessageType fileSchema, Map<Integer, ?> constants, WantedPositions wanted) {
        BatchReader batches = BatchReader.of(projection, fileSchema, constants);
        return batches == null
                ? new WantedRowModel<>(InternalReader.create(projection, fileSchema, constants), wanted)
                : new WantedBatchModel(batches, wanted);
    }

    /**
     * What the file's metadata say of columns, by field id.
     *
     * @param spec of the file; null if its columns repeat its partition
     */
    Map<Integer, @Nullable Object> constants(DataFile file, @Nullable PartitionSpec spec, Schema projection) {
        Map<Integer, @Nullable Object> constants = new HashMap<>();
        Long firstRowId = file.firstRowId();
        if (firstRowId != null) {
            constants.put(MetadataColumns.ROW_ID.fieldId(), firstRowId);
            constants.put(MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER.fieldId(), file.fileSequenceNumber());
        }
        if (spec == null) {
            return constants;
        }
        List<PartitionField> fields = spec.fields();
        for (int i = 0; i < fields.size(); i++) {
            PartitionField field = fields.get(i);
            NestedField source = projection.findField(field.sourceId());
            if (field.transform().isIdentity() && source != null) {
                Object value = file.partition().get(i, Object.class);
                constants.put(field.sourceId(), values.apply(source.type(), value));
            }
        }
        return constants;
    }
}
