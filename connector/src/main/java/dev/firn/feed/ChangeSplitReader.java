package dev.firn.feed;

import dev.firn.iceberg.SnapshotGoneException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.exceptions.NotFoundException;
import org.jspecify.annotations.Nullable;

/** Reads one split after the other, in the order in which they came. In Flink's fetcher thread. */
final class ChangeSplitReader implements SplitReader<RowData, ChangeSplit> {

    private static final int BATCH_ROWS = 1024;

    private final Opening opening;
    private @Nullable SplitOpener opener;
    private final Deque<ChangeSplit> waiting = new ArrayDeque<>();
    private final Set<String> paused = new HashSet<>();
    private @Nullable ChangeSplit split;
    private @Nullable SplitChanges changes;
    private boolean called;

    ChangeSplitReader(Opening opening) {
        this.opening = opening;
    }

    /** Opens the table, when the first split comes. */
    interface Opening {

        SplitOpener open() throws IOException;
    }

    /** Opens the changes of a split, behind the rows that were emitted. */
    interface SplitOpener extends AutoCloseable {

        SplitChanges open(ChangeSplit split) throws IOException;

        @Override
        void close() throws IOException;
    }

    @Override
    public RecordsWithSplitIds<RowData> fetch() throws IOException {
        ChangeSplit current = split == null ? waiting.poll() : split;
        if (current == null) {
            return ChangeBatch.none();
        }
        split = current;
        if (paused.contains(current.splitId())) {
            awaitCall();
            return ChangeBatch.none();
        }
        try {
            return read(current);
        } catch (NotFoundException e) {
            throw new SnapshotGoneException(
                    "A file of snapshot " + current.snapshot().id() + ", or of the one before it, is gone: "
                            + e.getMessage() + ". The snapshot expired before it was read. Start the job without its"
                            + " state, for example with 'scan.startup.mode' = 'full'. To keep unread snapshots, set"
                            + " 'consumer-id', or let the table keep its history for longer"
                            + " ('history.expire.max-snapshot-age-ms').",
                    e);
        }
    }

    private ChangeBatch read(ChangeSplit current) throws IOException {
        SplitChanges open = changes;
        if (open == null) {
            open = opener().open(current);
            changes = open;
        }
        List<RowData> rows = new ArrayList<>(BATCH_ROWS);
        while (rows.size() < BATCH_ROWS) {
            if (!open.next()) {
                open.close();
                changes = null;
                split = null;
                return ChangeBatch.last(current.splitId(), rows);
            }
            rows.add(open.row());
        }
        return ChangeBatch.of(current.splitId(), rows);
    }

    private SplitOpener opener() throws IOException {
        SplitOpener open = opener;
        if (open == null) {
            open = opening.open();
            opener = open;
        }
        return open;
    }

    @Override
    public void handleSplitsChanges(SplitsChange<ChangeSplit> change) {
        if (!(change instanceof SplitsAddition)) {
            throw new UnsupportedOperationException("Splits are added and nothing else: " + change);
        }
        waiting.addAll(change.splits());
    }

    @Override
    public void pauseOrResumeSplits(Collection<ChangeSplit> toPause, Collection<ChangeSplit> toResume) {
        toPause.forEach(each -> paused.add(each.splitId()));
        toResume.forEach(each -> paused.remove(each.splitId()));
    }

    private synchronized void awaitCall() {
        try {
            while (!called) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        called = false;
    }

    /** Flink calls whenever it has something to be done by the thread that may be waiting. */
    @Override
    public synchronized void wakeUp() {
        called = true;
        notifyAll();
    }

    @Override
    public void close() throws IOException {
        try {
            if (changes != null) {
                changes.close();
            }
        } finally {
            if (opener != null) {
                opener.close();
            }
        }
    }
}
