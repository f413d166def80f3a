package dev.firn.e2e;

import java.util.List;
import java.util.Set;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.types.RowKind;
import org.apache.iceberg.Schema;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * One change of a row.
 *
 * @param value null in a delete that names its key only
 */
record Change(RowKind kind, RowKey key, @Nullable String value) {

    static final Schema SCHEMA = new Schema(
            List.of(
                    NestedField.required(1, "region", Types.StringType.get()),
                    NestedField.required(2, "id", Types.LongType.get()),
                    NestedField.optional(3, "value", Types.StringType.get())),
            Set.of(1, 2));

    static final RowType ROW_TYPE = FlinkSchemaUtil.convert(SCHEMA);

    /** The primary key. */
    record RowKey(String region, long id) implements Comparable<RowKey> {

        @Override
        public int compareTo(RowKey other) {
            int order = region.compareTo(other.region);
            return order == 0 ? Long.compare(id, other.id) : order;
        }
    }

    RowData row() {
        return GenericRowData.ofKind(
                kind,
                StringData.fromString(key.region()),
                key.id(),
                value == null ? null : StringData.fromString(value));
    }
}
