package dev.firn.feed;

import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.io.FileIO;

/**
 * Where splits are read from, and with what.
 *
 * @param tableProperties of which the name mapping is used
 * @param scratch a local directory for rows that are sorted; it need not exist
 * @param sortBytes heap that a split's rows may take while they are sorted
 */
record FeedInput(FileIO io, Map<String, String> tableProperties, Path scratch, long sortBytes) {

    FeedInput {
        tableProperties = Map.copyOf(tableProperties);
    }
}
