package dev.firn.run;

import java.io.IOException;
import java.util.NoSuchElementException;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.io.CloseableGroup;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.CloseableIterator;

/** The rows of a file at some positions: reads no further than the last of them. */
final class RowsAt extends CloseableGroup implements CloseableIterable<RowData> {

    private final CloseableIterable<RowData> rows;
    private final long[] positions;

    RowsAt(CloseableIterable<RowData> rows, long[] positions) {
        for (int i = 1; i < positions.length; i++) {
            if (positions[i - 1] >= positions[i]) {
                throw new IllegalArgumentException(
                        "Positions must ascend: " + positions[i - 1] + " is followed by " + positions[i]);
            }
        }
        this.rows = rows;
        this.positions = positions.clone();
        addCloseable(rows);
    }

    @Override
    public CloseableIterator<RowData> iterator() {
        CloseableIterator<RowData> all = rows.iterator();
        addCloseable(all);
        return new CloseableIterator<>() {
            private int next;
            private long position;

            @Override
            public boolean hasNext() {
                return next < positions.length;
            }

            @Override
            public RowData next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                while (all.hasNext()) {
                    RowData row = all.next();
                    if (position++ == positions[next]) {
                        next++;
                        return row;
                    }
                }
                throw new IllegalStateException(
                        "No row at position " + positions[next] + " in a file of " + position + " rows");
            }

            @Override
            public void close() throws IOException {
                all.close();
            }
        };
    }
}
