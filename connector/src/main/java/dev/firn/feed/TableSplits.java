package dev.firn.feed;

import dev.firn.iceberg.TableHistory;
import java.io.IOException;
import java.util.List;
import org.apache.iceberg.flink.TableLoader;

/** Opens the changes of a table's splits. One thread. */
final class TableSplits implements ChangeSplitReader.SplitOpener {

    private final TableHistory table;
    private final FeedRows rows;

    private TableSplits(TableHistory table, FeedRows rows) {
        this.table = table;
        this.rows = rows;
    }

    /** @param directories for scratch files: the first one that can be written is used */
    static TableSplits open(TableLoader loader, FeedRows rows, List<String> directories) {
        return new TableSplits(TableHistory.open(loader), rows);
    }

    @Override
    public SplitChanges open(ChangeSplit split) throws IOException {
        throw new UnsupportedOperationException(rows.toString());
    }

    @Override
    public void close() throws IOException {
        table.close();
    }
}
