package dev.firn.compaction;

import dev.firn.key.Key;
import java.io.Closeable;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.io.CloseableGroup;
import org.jspecify.annotations.Nullable;

/**
 * The rows of several inputs in key order, those of equal keys in the order of the inputs. It stands ahead of the first
 * one at the start. One thread.
 */
final class MergeIterator implements Closeable {

    private record Source(SortedRows rows, Key key, int ordinal) {

        static final Comparator<Source> BY_KEY =
                Comparator.comparing(Source::key).thenComparingInt(Source::ordinal);
    }

    private final PriorityQueue<Source> waiting = new PriorityQueue<>(Source.BY_KEY);
    private final CloseableGroup inputs = new CloseableGroup();
    private @Nullable Source current;

    /** Takes the inputs over. */
    MergeIterator(List<? extends SortedRows> rows) throws IOException {
        rows.forEach(inputs::addCloseable);
        inputs.setSuppressCloseFailure(true);
        try {
            for (int i = 0; i < rows.size(); i++) {
                SortedRows input = rows.get(i);
                if (input.next()) {
                    waiting.add(new Source(input, input.key(), i));
                }
            }
        } catch (IOException | RuntimeException e) {
            inputs.close();
            throw e;
        }
    }

    /** Goes to the next row; false if there is none. */
    boolean next() throws IOException {
        Source last = current;
        if (last != null) {
            if (last.rows().next()) {
                Source next = new Source(last.rows(), last.rows().key(), last.ordinal());
                if (waiting.isEmpty() || Source.BY_KEY.compare(next, waiting.peek()) < 0) {
                    current = next;
                    return true;
                }
                waiting.add(next);
            } else {
                last.rows().close();
            }
        }
        current = waiting.poll();
        return current != null;
    }

    Key key() {
        return at().key();
    }

    StructLike row() throws IOException {
        return at().rows().row();
    }

    long position() {
        return at().rows().position();
    }

    /** The location of the row's input. */
    String location() {
        return at().rows().location();
    }

    @Override
    public void close() throws IOException {
        inputs.close();
    }

    private Source at() {
        if (current == null) {
            throw new IllegalStateException("At no row");
        }
        return current;
    }
}
