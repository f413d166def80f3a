package dev.firn.feed;

import dev.firn.iceberg.SnapshotStamp;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;

/** Makes a feed's rows of images: its columns, then the metadata. What an image lacks is null. */
final class ProducedRows {

    private final List<Function<RowData, @Nullable Object>> fields;
    private final boolean whole;

    private ProducedRows(List<Function<RowData, @Nullable Object>> fields, boolean whole) {
        this.fields = fields;
        this.whole = whole;
    }

    static ProducedRows of(FeedRows rows, ImageColumns columns, SnapshotStamp snapshot) {
        List<Function<RowData, @Nullable Object>> fields = new ArrayList<>();
        for (String name : rows.selection().rowType().getFieldNames()) {
            fields.add(field(columns.rowType(), columns.rowType().getFieldIndex(name)));
        }
        for (MetadataColumn column : rows.selection().metadata()) {
            fields.add(
                    switch (column) {
                        case SNAPSHOT_ID -> image -> snapshot.id();
                        case SEQUENCE_NUMBER -> image -> snapshot.sequenceNumber();
                        case COMMIT_TIME -> image -> TimestampData.fromEpochMillis(snapshot.commitMillis());
                        case ROW_ID -> field(columns.rowType(), columns.rowId());
                    });
        }
        boolean whole = columns.rowType()
                .getFieldNames()
                .equals(rows.selection().rowType().getFieldNames());
        return new ProducedRows(
                List.copyOf(fields), whole && rows.selection().metadata().isEmpty());
    }

    private static Function<RowData, @Nullable Object> field(RowType type, int index) {
        if (index < 0) {
            return image -> null;
        }
        RowData.FieldGetter getter = RowData.createFieldGetter(type.getTypeAt(index), index);
        return getter::getFieldOrNull;
    }

    /** @param image of no use to anybody else from now on */
    RowData row(RowKind kind, RowData image) {
        if (whole) {
            image.setRowKind(kind);
            return image;
        }
        GenericRowData row = new GenericRowData(kind, fields.size());
        for (int i = 0; i < fields.size(); i++) {
            row.setField(i, fields.get(i).apply(image));
        }
        return row;
    }
}
