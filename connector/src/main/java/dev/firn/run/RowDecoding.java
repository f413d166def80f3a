package dev.firn.run;

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
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.InternalReader;
import org.apache.iceberg.flink.data.FlinkParquetReaders;
import org.apache.iceberg.flink.data.RowDataUtil;
import org.apache.iceberg.parquet.ParquetValueReader;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * What the rows of a data file are in memory once they are decoded.
 *
 * @param <T> their type
 * @param rows makes the reader of a file's rows
 * @param values turns a value of Iceberg's metadata into one of a row
 */
record RowDecoding<T>(Rows<T> rows, BiFunction<Type, @Nullable Object, @Nullable Object> values) {

    /** Iceberg's internal values. */
    static final RowDecoding<Record> INTERNAL = new RowDecoding<>(InternalReader::create, (type, value) -> value);

    /** Flink's rows, in which narrow integers are still of type int. */
    static final RowDecoding<RowData> FLINK =
            new RowDecoding<>(FlinkParquetReaders::buildReader, RowDataUtil::convertConstant);

    /** Makes the reader of a file's rows. */
    @FunctionalInterface
    interface Rows<T> {

        /**
         * @param fileSchema with field ids
         * @param constants values that are not read from the file, by field id
         */
        ParquetValueReader<T> of(Schema projection, MessageType fileSchema, Map<Integer, ?> constants);
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
