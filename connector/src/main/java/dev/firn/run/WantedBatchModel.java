package dev.firn.run;

import dev.firn.columns.BatchReader;
import dev.firn.columns.RowBatch;
import dev.firn.columns.Stretches;
import org.apache.iceberg.StructLike;
import org.apache.parquet.column.page.PageReadStore;
import org.jspecify.annotations.Nullable;

/** Decodes batches of wanted rows, column by column, and leaves the others out. */
final class WantedBatchModel extends WantedModel<StructLike> {

    private static final int MAX_ROWS = 512;
    private static final int FIRST_ROWS = 16;
    private static final long TARGET_BYTES = 1 << 20;

    /** Fewer rows between two wanted ones are decoded, for that costs less than to leave them out. */
    private static final int MIN_GAP = 4;

    private final BatchReader reader;
    private final UpcomingPositions upcoming;
    private final long wantedEnd;
    private final Stretches stretches = new Stretches();

    private long position = -1;
    private long nextWanted;
    private long end;
    /** What is ahead of it was read or left out. */
    private long decoded;

    private int batchRows = FIRST_ROWS;
    private final long[] positions = new long[MAX_ROWS];
    private final int[] rows = new int[MAX_ROWS];
    private int size;
    private int at;
    private @Nullable RowBatch batch;

    WantedBatchModel(BatchReader reader, WantedPositions wanted) {
        this.reader = reader;
        this.upcoming = new UpcomingPositions(wanted.first(), wanted.end(), wanted.next());
        this.wantedEnd = wanted.end();
        this.nextWanted = upcoming.current();
    }

    @Override
    long position() {
        return position;
    }

    @Override
    long nextWanted() {
        return nextWanted;
    }

    @Override
    public void setPageSource(PageReadStore pages) {
        long first = firstPosition(pages);
        position = first - 1;
        decoded = first;
        end = Math.min(first + pages.getRowCount(), wantedEnd);
        size = 0;
        at = 0;
        batch = null;
        while (upcoming.current() < first) {
            upcoming.take();
        }
        nextWanted = upcoming.current();
        if (nextWanted < end) {
            reader.setPages(pages, first);
        }
    }

    @Override
    @SuppressWarnings("NullAway") // there is nothing to reuse
    public StructLike read(StructLike reuse) {
        if (nextWanted >= end) {
            // Who reads row by row is not at the end yet.
            position = Math.max(position, end - 1);
            return null;
        }
        RowBatch from = batch;
        if (from == null || at == size) {
            from = readBatch();
            batch = from;
        }
        position = nextWanted;
        StructLike row = from.row(rows[at]);
        at++;
        nextWanted = at < size ? positions[at] : upcoming.current();
        return row;
    }

    private RowBatch readBatch() {
        stretches.clear();
        size = 0;
        at = 0;
        long next = nextWanted;
        while (next < end && stretches.rows() < batchRows) {
            long from = next;
            long behind = from;
            do {
                positions[size] = next;
                rows[size] = (int) (stretches.rows() + next - from);
                size++;
                behind = next + 1;
                upcoming.take();
                next = upcoming.current();
            } while (next < end && next - behind < MIN_GAP && stretches.rows() + next - from < batchRows);
            stretches.add((int) (from - decoded), (int) (behind - from));
            decoded = behind;
        }
        RowBatch read = reader.read(stretches);
        long fitting = TARGET_BYTES * stretches.rows() / Math.max(1, reader.bytes());
        batchRows = (int) Math.max(1, Math.min(MAX_ROWS, Math.min(fitting, 4L * batchRows)));
        return read;
    }
}
