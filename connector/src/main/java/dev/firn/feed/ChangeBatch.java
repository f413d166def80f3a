package dev.firn.feed;

import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/** Some rows of one split, handed from the thread that reads to the one that emits. */
final class ChangeBatch implements RecordsWithSplitIds<RowData> {

    private final Iterator<RowData> rows;
    private final Set<String> finished;
    private @Nullable String split;

    private ChangeBatch(@Nullable String split, List<RowData> rows, Set<String> finished) {
        this.split = split;
        this.rows = rows.iterator();
        this.finished = finished;
    }

    static ChangeBatch of(String split, List<RowData> rows) {
        return new ChangeBatch(split, rows, Set.of());
    }

    /** The split's last rows. */
    static ChangeBatch last(String split, List<RowData> rows) {
        return new ChangeBatch(split, rows, Set.of(split));
    }

    static ChangeBatch none() {
        return new ChangeBatch(null, List.of(), Set.of());
    }

    @Override
    public @Nullable String nextSplit() {
        String next = split;
        split = null;
        return next;
    }

    @Override
    public @Nullable RowData nextRecordFromSplit() {
        return rows.hasNext() ? rows.next() : null;
    }

    @Override
    public Set<String> finishedSplits() {
        return finished;
    }
}
