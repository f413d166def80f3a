package dev.firn.feed;

import dev.firn.run.ImageRows;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/** The changes of files with images on one side alone: nothing meets, so they come as they lie, file after file. */
final class OneSidedChanges implements KeyChanges {

    private final Iterator<FileImages> files;
    private final SideReader reader;
    private final Side side;
    private @Nullable ImageRows rows;

    /** @param files all of the same side */
    OneSidedChanges(List<FileImages> files, Side side, SideReader reader) {
        this.files = files.iterator();
        this.side = side;
        this.reader = reader;
    }

    @Override
    public @Nullable KeyChange next() throws IOException {
        while (rows == null || !rows.next()) {
            close();
            if (!files.hasNext()) {
                return null;
            }
            rows = reader.open(files.next());
        }
        List<RowData> image = List.of(reader.row(rows));
        return side == Side.BEFORE ? new KeyChange(image, List.of()) : new KeyChange(List.of(), image);
    }

    @Override
    public void close() throws IOException {
        if (rows != null) {
            rows.close();
            rows = null;
        }
    }
}
