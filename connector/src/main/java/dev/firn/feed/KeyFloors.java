package dev.firn.feed;

import dev.firn.key.Key;
import dev.firn.key.KeyEncoder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.table.data.GenericRowData;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.flink.data.RowDataUtil;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * Tells from a data file's metrics a key that none of its keys is below: that of the key columns' lower bounds. One
 * thread.
 */
final class KeyFloors {

    private final List<Column> columns;
    private final int fields;
    private final KeyEncoder keys;

    /** A column of the key, and where rows have it. */
    private record Column(NestedField field, int position) {}

    private KeyFloors(List<Column> columns, int fields, KeyEncoder keys) {
        this.columns = columns;
        this.fields = fields;
        this.keys = keys;
    }

    /** @param keys for images with these columns */
    static KeyFloors of(FeedRows rows, ImageColumns images, KeyEncoder keys) {
        List<Column> columns = new ArrayList<>();
        for (String name : rows.primaryKey()) {
            int position = images.rowType().getFieldIndex(name);
            // Of these the metrics are ordered as keys are, and in memory the values are what Iceberg makes of bounds.
            switch (images.rowType().getTypeAt(position).getTypeRoot()) {
                case INTEGER, BIGINT, DATE, VARCHAR ->
                    columns.add(new Column(
                            Objects.requireNonNull(images.schema().asStruct().field(name)), position));
                default -> {
                    return new KeyFloors(List.of(), 0, keys);
                }
            }
        }
        return new KeyFloors(columns, images.rowType().getFieldCount(), keys);
    }

    @Nullable Key of(DataFile file) {
        Map<Integer, ByteBuffer> bounds = file.lowerBounds();
        if (bounds == null || columns.isEmpty()) {
            return null;
        }
        GenericRowData row = new GenericRowData(fields);
        for (Column column : columns) {
            ByteBuffer bound = bounds.get(column.field().fieldId());
            if (bound == null) {
                return null;
            }
            Object value = Conversions.fromByteBuffer(column.field().type(), bound);
            row.setField(
                    column.position(),
                    RowDataUtil.convertConstant(column.field().type(), value));
        }
        return keys.encode(row);
    }
}
