package dev.firn.columns;

import java.util.Map;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type.Repetition;
import org.jspecify.annotations.Nullable;

/**
 * What a file has for the columns of a table.
 *
 * @param schema of the file, with field ids
 * @param constants values that are not read from the file, by field id
 */
record FileColumns(MessageType schema, Map<Integer, ?> constants) {

    /**
     * Where a column comes from.
     *
     * @param stored how Iceberg stores it
     * @return null if that is not known here
     */
    @Nullable ColumnSource source(NestedField field, ColumnDescriptor stored) {
        int id = field.fieldId();
        boolean rowIds = id == MetadataColumns.ROW_ID.fieldId();
        if (rowIds || id == MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER.fieldId()) {
            Long firstRowId = (Long) constants.get(MetadataColumns.ROW_ID.fieldId());
            Long told = (Long) constants.get(id);
            return firstRowId == null || told == null ? constant(null, field, stored) : lineage(field, stored, told);
        }
        if (constants.containsKey(id)) {
            return constant(constants.get(id), field, stored);
        }
        org.apache.parquet.schema.Type column = column(id);
        if (column == null) {
            return field.initialDefault() == null && field.isRequired()
                    ? null
                    : constant(field.initialDefault(), field, stored);
        }
        return fromFile(column, field.type(), stored);
    }

    private @Nullable ColumnSource lineage(NestedField field, ColumnDescriptor stored, long told) {
        org.apache.parquet.schema.Type column = column(field.fieldId());
        ColumnSource source = column == null ? null : fromFile(column, field.type(), stored);
        if (column != null && source == null) {
            return null;
        }
        return field.fieldId() == MetadataColumns.ROW_ID.fieldId()
                ? LineageColumn.rowIds(source, told)
                : LineageColumn.sequenceNumbers(source, told);
    }

    private org.apache.parquet.schema.@Nullable Type column(int id) {
        for (org.apache.parquet.schema.Type column : schema.getFields()) {
            if (column.getId() != null && column.getId().intValue() == id) {
                return column;
            }
        }
        return null;
    }

    private static ColumnSource constant(@Nullable Object value, NestedField field, ColumnDescriptor stored) {
        ColumnVector vector = ColumnBatch.vector(stored);
        StoredValue.append(value, field.type(), vector);
        return new ConstantColumn(vector);
    }

    private @Nullable ColumnSource fromFile(org.apache.parquet.schema.Type column, Type type, ColumnDescriptor stored) {
        if (!column.isPrimitive() || column.isRepetition(Repetition.REPEATED)) {
            return null;
        }
        PrimitiveType from = column.asPrimitiveType();
        PrimitiveType to = stored.getPrimitiveType();
        ColumnDescriptor descriptor = schema.getColumnDescription(new String[] {column.getName()});
        ColumnPages pages = new ColumnPages(descriptor);
        if (isSame(from, to)) {
            return pages;
        }
        ConvertedColumn.Conversion conversion = conversion(from, type);
        return conversion == null ? null : new ConvertedColumn(pages, ColumnBatch.vector(descriptor), conversion);
    }

    /** Whether a file stores a column as Iceberg does, or in a way that means the same. */
    private static boolean isSame(PrimitiveType from, PrimitiveType to) {
        if (from.getPrimitiveTypeName() != to.getPrimitiveTypeName() || from.getTypeLength() != to.getTypeLength()) {
            return false;
        }
        LogicalTypeAnnotation means = from.getLogicalTypeAnnotation();
        LogicalTypeAnnotation wanted = to.getLogicalTypeAnnotation();
        if (wanted == null) {
            return means == null || isSignedOf(means, to.getPrimitiveTypeName());
        }
        if (wanted instanceof StringLogicalTypeAnnotation) {
            return means == null
                    || means instanceof StringLogicalTypeAnnotation
                    || means instanceof EnumLogicalTypeAnnotation
                    || means instanceof JsonLogicalTypeAnnotation;
        }
        if (wanted instanceof DecimalLogicalTypeAnnotation decimal) {
            return means instanceof DecimalLogicalTypeAnnotation narrower
                    && narrower.getScale() == decimal.getScale()
                    && narrower.getPrecision() <= decimal.getPrecision();
        }
        return wanted instanceof DateLogicalTypeAnnotation
                ? means instanceof DateLogicalTypeAnnotation
                : wanted.equals(means);
    }

    private static boolean isSignedOf(LogicalTypeAnnotation means, PrimitiveTypeName physical) {
        int bits = physical == PrimitiveTypeName.INT64 ? Long.SIZE : Integer.SIZE;
        return means instanceof IntLogicalTypeAnnotation integer
                && (integer.isSigned() || integer.getBitWidth() < bits)
                && (physical == PrimitiveTypeName.INT64) == (integer.getBitWidth() == Long.SIZE);
    }

    private static ConvertedColumn.@Nullable Conversion conversion(PrimitiveType from, Type type) {
        LogicalTypeAnnotation means = from.getLogicalTypeAnnotation();
        PrimitiveTypeName physical = from.getPrimitiveTypeName();
        return switch (type.typeId()) {
            case LONG ->
                physical == PrimitiveTypeName.INT32 && (means == null || isSignedOf(means, physical))
                        ? (vector, row, into) -> ((LongVector) into).append(((IntVector) vector).get(row))
                        : null;
            case DOUBLE ->
                physical == PrimitiveTypeName.FLOAT && means == null
                        ? (vector, row, into) -> ((LongVector) into)
                                .append(Double.doubleToRawLongBits(Float.intBitsToFloat(((IntVector) vector).get(row))))
                        : null;
            case DECIMAL -> decimal(means, (Types.DecimalType) type);
            default -> null;
        };
    }

    private static ConvertedColumn.@Nullable Conversion decimal(
            @Nullable LogicalTypeAnnotation means, Types.DecimalType type) {
        return means instanceof DecimalLogicalTypeAnnotation narrower
                        && narrower.getScale() == type.scale()
                        && narrower.getPrecision() <= type.precision()
                ? (vector, row, into) -> StoredValue.appendDecimal(InternalValue.unscaled(vector, row), type, into)
                : null;
    }
}
