package dev.firn.sink;

import dev.firn.feed.FeedReplay;
import dev.firn.iceberg.FaultyCatalog;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.apache.flink.table.data.RowData;

/** Rows (region STRING, id INT, value STRING) with the key (region, id), as texts. */
final class RegionalRows {

    private RegionalRows() {}

    /** A feed that follows a model's table, for every fourth seed, because its reading takes long. */
    static Optional<FeedReplay> replay(FaultyCatalog catalog, Path scratch, long seed) {
        if (seed % 4 != 0) {
            return Optional.empty();
        }
        FeedReplay.Texts texts = new FeedReplay.Texts(
                row -> row.getString(0) + "/" + row.getInt(1),
                RegionalRows::text,
                row -> row.get(0) + "/" + row.get(1),
                row -> row.get(0) + "/" + row.get(1) + "=" + row.get(2));
        return Optional.of(new FeedReplay(catalog.loader(), catalog.table(), texts, scratch, new Random(seed)));
    }

    private static String text(RowData row) {
        return row.getString(0) + "/" + row.getInt(1) + "=" + (row.isNullAt(2) ? null : row.getString(2));
    }
}
