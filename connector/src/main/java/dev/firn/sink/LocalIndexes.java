package dev.firn.sink;

import dev.firn.iceberg.FirnTable;
import dev.firn.index.IndexLimits;
import dev.firn.index.KeyIndexes;
import dev.firn.index.OwnedDirectory;
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

    /**
     * @param owner whoever uses the indexes; two owners of one table never share a directory, nor do two runs of one
     *     that are alive at once
     */
    static KeyIndexes open(FirnTable table, SinkConfig.IndexConfig config, String owner) throws IOException {
        List<String> directories = config.directories().isEmpty() ? flinkTempDirectories() : config.directories();
        OwnedDirectory directory = OwnedDirectory.claim(
                firstWritable(directories).resolve("firn").resolve(table.uuid()).resolve(owner));
        try {
            return KeyIndexes.open(
                    directory,
                    new IndexLimits(config.filterBytes(), config.quotaBytes()),
                    table.keyEncoder().format(),
                    table.keySource());
        } catch (RuntimeException e) {
            directory.close();
            throw e;
        }
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
