package dev.firn.feed;

import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.io.FileIO;

/**
 * Where splits are read from, and with what.
 *
 * @param tableProperties of which the name mapping is used
 * @param sortOrderId of the order that the table's files are written in, 0 for none
 * @param scratch a local directory for rows that are sorted; it need not exist
 * @param sortBytes heap that a split's rows may take while they are sorted
 */
record FeedInput(FileIO io, Map<String, String> tableProperties, int sortOrderId, Path scratch, long sortBytes) {

    FeedInput {
        tableProperties = Map.copyOf(tableProperties);
    }
}
