package dev.firn.sink;

import dev.firn.feed.FeedReplay;
import dev.firn.iceberg.FaultyCatalog;
import java.nio.file.Path;
import java.util.Random;
import org.apache.flink.table.data.RowData;

/** Rows (region STRING, id INT, value STRING) with the key (region, id), as texts. */
final class RegionalRows {

    private RegionalRows() {}

    static FeedReplay replay(FaultyCatalog catalog, Path scratch, Random random) {
        FeedReplay.Texts texts = new FeedReplay.Texts(
                row -> row.getString(0) + "/" + row.getInt(1),
                RegionalRows::text,
                row -> row.get(0) + "/" + row.get(1),
                row -> row.get(0) + "/" + row.get(1) + "=" + row.get(2));
        return new FeedReplay(catalog.loader(), catalog.table(), texts, scratch, random);
    }

    private static String text(RowData row) {
        return row.getString(0) + "/" + row.getInt(1) + "=" + (row.isNullAt(2) ? null : row.getString(2));
    }
}
