package dev.firn.feed;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.RowType.RowField;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.types.Types.NestedField;

/**
 * The columns of a row's image.
 *
 * @param schema top-level columns of the table; behind them {@code _row_id} if it is asked for
 * @param rowType as many fields in the same order
 */
record ImageColumns(Schema schema, RowType rowType) {

    private static final int STORED_PRECISION = 6;

    /** @param names columns of the table, with the types that the feed declares for them, else with those they have */
    static ImageColumns of(FeedRows rows, List<String> names) {
        RowType declared = rows.selection().rowType();
        List<NestedField> columns = new ArrayList<>();
        List<RowField> fields = new ArrayList<>();
        for (String name : names) {
            NestedField column =
                    Objects.requireNonNull(rows.tableSchema().asStruct().field(name));
            int index = declared.getFieldIndex(name);
            columns.add(column);
            fields.add(new RowField(
                    name,
                    index < 0
                            ? FlinkSchemaUtil.convert(column.type()).copy(column.isOptional())
                            : declared.getTypeAt(index)));
        }
        if (rows.selection().metadata().contains(MetadataColumn.ROW_ID)) {
            columns.add(MetadataColumns.ROW_ID);
            fields.add(new RowField(MetadataColumns.ROW_ID.name(), new BigIntType(true)));
        }
        return new ImageColumns(new Schema(columns), new RowType(false, fields));
    }

    /** Where {@code _row_id} is; -1 if it is not there. */
    int rowId() {
        return rowType.getFieldIndex(MetadataColumns.ROW_ID.name());
    }

    /** The columns of the table. */
    int columns() {
        return rowId() < 0 ? rowType.getFieldCount() : rowType.getFieldCount() - 1;
    }

    /** Whether stored values can be finer than their declared types. */
    boolean isCoarse() {
        return isCoarse(rowType);
    }

    private static boolean isCoarse(LogicalType type) {
        return (type instanceof TimestampType time && time.getPrecision() < STORED_PRECISION)
                || (type instanceof LocalZonedTimestampType local && local.getPrecision() < STORED_PRECISION)
                || type.getChildren().stream().anyMatch(ImageColumns::isCoarse);
    }
}
