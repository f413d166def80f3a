package dev.firn.feed;

import dev.firn.iceberg.TableHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.flink.TableLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the changes of a table's splits. One thread. */
final class TableSplits implements ChangeSplitReader.SplitOpener {

    private static final Logger LOG = LoggerFactory.getLogger(TableSplits.class);

    /** Rows of files that are not sorted, of the one split that is read. */
    private static final long SORT_BYTES = 32L << 20;

    private final TableHistory table;
    private final FeedRows rows;
    private final FeedInput input;

    private TableSplits(TableHistory table, FeedRows rows, FeedInput input) {
        this.table = table;
        this.rows = rows;
        this.input = input;
    }

    /** @param directories for scratch files: the first one that can be written is used */
    static TableSplits open(TableLoader loader, FeedRows rows, List<String> directories) throws IOException {
        Path scratch = firstWritable(directories);
        TableHistory table = TableHistory.open(loader);
        FeedInput input = new FeedInput(table.io(), table.properties(), table.sortOrderId(), scratch, SORT_BYTES);
        return new TableSplits(table, rows, input);
    }

    private static Path firstWritable(List<String> candidates) throws IOException {
        for (String candidate : candidates) {
            Path directory = Path.of(candidate, "firn-feed");
            try {
                if (Files.isWritable(Files.createDirectories(directory))) {
                    return directory;
                }
            } catch (IOException e) {
                LOG.warn("Local directory {} cannot be used", directory, e);
            }
        }
        throw new IOException("None of the local directories " + candidates
                + " can be written, and the change feed sorts rows there. Mend 'io.tmp.dirs' of the cluster.");
    }

    @Override
    public SplitChanges open(ChangeSplit split) throws IOException {
        return SplitChanges.open(split, rows, input);
    }

    @Override
    public void close() throws IOException {
        table.close();
    }
}
