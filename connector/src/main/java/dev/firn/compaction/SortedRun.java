package dev.firn.compaction;

import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.index.KeyIndex;
import dev.firn.index.KeyIterator;
import dev.firn.key.Key;
import dev.firn.key.KeyView;
import dev.firn.run.LineageReader;
import dev.firn.run.PositionedRows;
import dev.firn.run.UpcomingPositions;
import dev.firn.run.WantedPositions;
import java.io.IOException;
import org.apache.iceberg.StructLike;
import org.jspecify.annotations.Nullable;

/**
 * The live rows of a run file within a key range. Keys come from its index; the file itself is opened when its first
 * row is asked for, so that of runs one after another only one is open at a time.
 */
final class SortedRun implements SortedRows {

    private final LiveRun run;
    private final LineageReader reader;
    private final KeyIterator keys;
    private final long end;
    private final UpcomingPositions live;
    private long position;
    private @Nullable PositionedRows rows;

    private SortedRun(LiveRun run, LineageReader reader, KeyIterator keys, long start, long end) {
        this.run = run;
        this.reader = reader;
        this.keys = keys;
        this.position = start - 1;
        this.end = end;
        this.live = new UpcomingPositions(start, end, run.dead()::nextAbsent);
    }

    /** @param index of the run, sorted */
    static SortedRun of(LiveRun run, KeyIndex index, KeyRange range, LineageReader reader) {
        Key from = range.from();
        Key to = range.to();
        return new SortedRun(
                run,
                reader,
                index.iterator(),
                from == null ? 0 : index.keysBelow(from),
                to == null ? index.keys() : index.keysBelow(to));
    }

    @Override
    public boolean next() {
        position = live.take();
        return position < end;
    }

    @Override
    public KeyView key() {
        keys.goTo(position);
        return keys.view();
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public StructLike row() {
        PositionedRows open = rows;
        if (open == null) {
            PositionSet dead = run.dead();
            open = reader.rows(run.run().file(), new WantedPositions(position, end, dead::nextAbsent));
            rows = open;
        }
        while (open.position() < position && open.next()) {
            // rows that nobody asked for
        }
        if (open.position() != position) {
            throw new IllegalStateException("No row at position " + position + " of " + location());
        }
        return open.row();
    }

    @Override
    public String location() {
        return run.location();
    }

    @Override
    public void close() throws IOException {
        if (rows != null) {
            rows.close();
        }
    }
}
