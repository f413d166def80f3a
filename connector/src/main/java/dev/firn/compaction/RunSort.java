package dev.firn.compaction;

import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.index.KeyIndex;
import dev.firn.index.KeyIterator;
import dev.firn.key.Key;
import dev.firn.run.PositionedRows;
import dev.firn.run.WantedPositions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.CloseableIterator;

/**
 * Sorts the live rows of an unsorted data file within a key range: an external merge sort, of chunks that fit a budget
 * of heap and lie on the local disk, or of a single one that stays on the heap. One thread.
 */
final class RunSort {

    private static final int ROW_OVERHEAD_BYTES = 100;

    private final LiveRun run;
    private final Compactor compactor;
    private final Meter meter;
    private final List<SortedRows> chunks = new ArrayList<>();
    private List<KeyedRow> buffer = new ArrayList<>();
    private long bufferedBytes;

    private RunSort(LiveRun run, Compactor compactor, Meter meter) {
        this.run = run;
        this.compactor = compactor;
        this.meter = meter;
    }

    /** Reads the file, and sorts it as far as it goes before the first row is asked for. */
    static SortedRows sort(LiveRun run, KeyRange range, Compactor compactor, Meter meter) throws IOException {
        RunSort sort = new RunSort(run, compactor, meter);
        try {
            PositionSet wanted = sort.wanted(range);
            if (!wanted.isEmpty()) {
                sort.read(wanted);
            }
            sort.buffer.sort(Comparator.comparing(KeyedRow::key));
            if (!sort.chunks.isEmpty()) {
                sort.spill();
            }
            sort.chunks.add(new KeyedRows(run.location(), sort.buffer));
            return new MergedChunks(new MergeIterator(sort.chunks));
        } catch (IOException | RuntimeException e) {
            for (SortedRows chunk : sort.chunks) {
                chunk.close();
            }
            throw e;
        }
    }

    /** The live positions of the range's keys, of which the index knows. */
    private PositionSet wanted(KeyRange range) {
        KeyIndex index = compactor.store().storage().indexes().index(run.run().file());
        Key from = range.from();
        Key to = range.to();
        long end = to == null ? index.keys() : index.keysBelow(to);
        PositionSet.Builder wanted = PositionSet.builder();
        KeyIterator keys = index.iterator();
        for (long rank = from == null ? 0 : index.keysBelow(from); rank < end; rank++) {
            keys.goTo(rank);
            keys.positions(wanted::add);
        }
        return wanted.build().minus(run.dead());
    }

    private void read(PositionSet wanted) throws IOException {
        WantedPositions positions =
                new WantedPositions(wanted.nextPresent(0), run.run().rows(), wanted::nextPresent);
        try (PositionedRows rows = compactor.reader().rows(run.run().file(), positions);
                CloseableIterable<Key> file =
                        compactor.store().storage().indexes().readKeys(run.run().file());
                CloseableIterator<Key> keys = file.iterator()) {
            long keysRead = 0;
            while (rows.next()) {
                Key key = keys.next();
                for (keysRead++; keysRead <= rows.position(); keysRead++) {
                    key = keys.next();
                }
                add(new KeyedRow(key, rows.position(), rows.row()));
            }
        }
    }

    private void add(KeyedRow row) throws IOException {
        meter.check();
        buffer.add(row);
        bufferedBytes += row.key().bytes().length + ROW_OVERHEAD_BYTES + HeapSize.of(row.row());
        if (bufferedBytes >= compactor.sortBytes()) {
            buffer.sort(Comparator.comparing(KeyedRow::key));
            spill();
        }
    }

    private void spill() throws IOException {
        if (!buffer.isEmpty()) {
            chunks.add(SortChunk.write(compactor.store(), run.location(), buffer));
            buffer = new ArrayList<>();
            bufferedBytes = 0;
        }
    }
}
