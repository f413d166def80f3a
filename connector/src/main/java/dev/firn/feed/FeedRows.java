package dev.firn.feed;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.flink.FlinkSchemaUtil;

/** stub */
public record FeedRows(
        Schema tableColumns, List<String> primaryKey, Expression filter, RowType columns, List<MetadataColumn> metadata)
        implements Serializable {
    RowType producedType() {
        return FlinkSchemaUtil.convert(tableColumns);
    }

    Set<Integer> keyColumnIds() {
        return primaryKey.stream()
                .map(name ->
                        Objects.requireNonNull(tableColumns.findField(name)).fieldId())
                .collect(Collectors.toSet());
    }
}
