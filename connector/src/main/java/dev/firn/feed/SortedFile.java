package dev.firn.feed;

import dev.firn.key.Key;
import dev.firn.run.ImageRows;
import java.io.IOException;
import java.util.Objects;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/** Images of a file that says that it is sorted, which is checked. The file is opened for the first of them. */
final class SortedFile implements KeyedImages {

    private final FileImages file;
    private final SideReader reader;
    private final ImageRows rows;
    private final @Nullable Key floor;
    private @Nullable Image image;

    SortedFile(FileImages file, SideReader reader) {
        this.file = file;
        this.reader = reader;
        this.rows = reader.open(file);
        this.floor = reader.floor(file);
    }

    @Override
    public @Nullable Key floor() {
        return floor;
    }

    @Override
    public boolean next() throws IOException {
        if (!rows.next()) {
            image = null;
            return false;
        }
        RowData row = reader.row(rows);
        Key key = reader.key(row);
        if (image != null && key.compareTo(image.key()) < 0) {
            throw new IOException("The rows of " + file.location()
                    + " do not lie in the order of their keys: the one at"
                    + " position " + rows.position() + " belongs ahead of the one at "
                    + image.place().position() + ". The file's name and sort order say that it is sorted. Rewrite the"
                    + " file (rewrite_data_files), and start the feed behind that");
        }
        if (image == null && floor != null && key.compareTo(floor) < 0) {
            throw new IOException("The first row of " + file.location() + " that changed, at position "
                    + rows.position() + ", has a key below the lower bound that the table's metadata name. Rewrite the"
                    + " file (rewrite_data_files), and start the feed behind that");
        }
        image = new Image(key, new Image.Place(file.side(), file.ordinal(), rows.position()), row);
        return true;
    }

    @Override
    public Image image() {
        return Objects.requireNonNull(image, "At no image");
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
