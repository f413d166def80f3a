package dev.firn.feed;

import dev.firn.key.Key;
import dev.firn.key.KeyEncoder;
import dev.firn.run.ImageReader;
import dev.firn.run.ImageRows;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.jspecify.annotations.Nullable;

/** Reads the images of one side of a split. One thread. */
final class SideReader {

    private final ImageColumns columns;
    private final ImageReader reader;
    private final KeyEncoder keys;
    private final RowDataSerializer serializer;
    private final boolean coarse;
    private final KeyFloors floors;

    SideReader(FeedRows rows, ImageColumns columns, FeedInput input) {
        this.columns = columns;
        this.reader = new ImageReader(input.io(), columns.schema(), columns.rowType(), input.tableProperties());
        this.keys = rows.keyEncoder(columns);
        this.serializer = new RowDataSerializer(columns.rowType());
        this.coarse = columns.isCoarse();
        this.floors = KeyFloors.of(rows, columns, keys);
    }

    ImageRows open(FileImages file) {
        return file.read(reader);
    }

    /** The row that a reader stands at, of the declared types; it may be kept. */
    RowData row(ImageRows at) {
        RowData row = at.row();
        // Rows that are spilled lose what their types have no room for, so all lose it.
        return coarse ? binary(row) : row;
    }

    /** A key that none of a file's is below; null if its metrics do not tell. */
    @Nullable Key floor(FileImages file) {
        return floors.of(file.change().file());
    }

    Key key(RowData row) {
        return keys.encode(row);
    }

    /** The row in one piece; it may be kept. */
    BinaryRowData binary(RowData row) {
        return row instanceof BinaryRowData binary
                ? binary
                : serializer.toBinaryRow(row).copy();
    }

    /** A row of this side over the bytes of {@link #binary}. */
    BinaryRowData newRow() {
        return new BinaryRowData(columns.rowType().getFieldCount());
    }
}
