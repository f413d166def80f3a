package dev.firn.sink;

import dev.firn.iceberg.FirnTable;
import dev.firn.index.IndexLimits;
import dev.firn.index.KeyIndexes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.configuration.ConfigurationUtils;
import org.apache.flink.configuration.GlobalConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens a table's key indexes on the local disk. They are a cache: whatever is missing there is rebuilt. */
final class LocalIndexes {

    private static final Logger LOG = LoggerFactory.getLogger(LocalIndexes.class);

    private LocalIndexes() {}

    /** @param owner whoever uses the indexes; two owners of one table never share a directory */
    static KeyIndexes open(FirnTable table, SinkConfig.IndexConfig config, String owner) throws IOException {
        return KeyIndexes.open(
                directory(table, config).resolve(owner),
                new IndexLimits(config.filterBytes(), config.quotaBytes()),
                table.keyEncoder().format(),
                table.keySource());
    }

    /** A directory that no other job on this machine has, for those that may be several on one table. */
    static OwnDirectory own(FirnTable table, SinkConfig.IndexConfig config, String owner) throws IOException {
        return OwnDirectory.take(directory(table, config), owner);
    }

    private static Path directory(FirnTable table, SinkConfig.IndexConfig config) throws IOException {
        List<String> directories = config.directories().isEmpty() ? flinkTempDirectories() : config.directories();
        return firstWritable(directories).resolve("firn").resolve(table.uuid());
    }

    private static Path firstWritable(List<String> candidates) throws IOException {
        for (String candidate : candidates) {
            Path directory = Path.of(candidate);
            try {
                if (Files.isWritable(Files.createDirectories(directory))) {
                    return directory;
                }
            } catch (IOException e) {
                LOG.warn("Local directory {} cannot be used", directory, e);
            }
        }
        throw new IOException("None of the local directories " + candidates
                + " can be written, and the sink keeps its key indexes there. Name one that can with"
                + " 'sink.local-directories', or mend 'io.tmp.dirs' of the cluster.");
    }

    private static List<String> flinkTempDirectories() {
        return List.of(ConfigurationUtils.parseTempDirectories(GlobalConfiguration.loadConfiguration()));
    }
}
