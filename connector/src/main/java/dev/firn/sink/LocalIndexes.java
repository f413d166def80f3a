package dev.firn.sink;

import dev.firn.iceberg.FirnTable;
import dev.firn.index.KeyIndexes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Opens a table's key indexes on the local disk. They are a cache: whatever is missing there is rebuilt. */
final class LocalIndexes {

    private LocalIndexes() {}

    /** @param owner whoever uses the indexes; two owners of one table never share a directory */
    static KeyIndexes open(FirnTable table, SinkConfig config, String owner) throws IOException {
        Path directory = firstWritable(config.localDirectories())
                .resolve("firn")
                .resolve(table.uuid())
                .resolve(owner);
        return KeyIndexes.open(
                directory, config.indexFilterBytes(), table.keyEncoder().format(), table.keySource());
    }

    private static Path firstWritable(List<String> candidates) throws IOException {
        for (String candidate : candidates) {
            Path directory = Path.of(candidate);
            if (Files.isWritable(Files.createDirectories(directory))) {
                return directory;
            }
        }
        return Path.of(System.getProperty("java.io.tmpdir"));
    }
}
