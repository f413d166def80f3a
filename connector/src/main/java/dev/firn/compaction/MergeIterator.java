package dev.firn.compaction;

import dev.firn.key.KeyView;
import java.io.Closeable;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
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

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** An input and the key that it stands at. */
    private static final class Source implements Comparable<Source> {

        private final SortedRows rows;
        private final int ordinal;
        private KeyView key = new KeyView();
        /** Its first bytes as a number, which mostly settles the order. */
        private long prefix;

        Source(SortedRows rows, int ordinal) {
            this.rows = rows;
            this.ordinal = ordinal;
        }

        boolean next() throws IOException {
            if (!rows.next()) {
                return false;
            }
            key = rows.key();
            prefix = prefix(key);
            return true;
        }

        private static long prefix(KeyView key) {
            byte[] bytes = key.bytes();
            int from = key.from();
            if (key.length() >= Long.BYTES) {
                return (long) LONGS.get(bytes, from);
            }
            long prefix = 0;
            for (int i = 0; i < key.length(); i++) {
                prefix |= (bytes[from + i] & 0xFFL) << (Long.SIZE - Byte.SIZE * (i + 1));
            }
            return prefix;
        }

        @Override
        public int compareTo(Source other) {
            int order = prefix != other.prefix ? Long.compareUnsigned(prefix, other.prefix) : key.compare(other.key);
            return order != 0 ? order : Integer.compare(ordinal, other.ordinal);
        }
    }

    private final PriorityQueue<Source> waiting = new PriorityQueue<>();
    private final CloseableGroup inputs = new CloseableGroup();
    private @Nullable Source current;

    /** Takes the inputs over. */
    MergeIterator(List<? extends SortedRows> rows) throws IOException {
        rows.forEach(inputs::addCloseable);
        inputs.setSuppressCloseFailure(true);
        try {
            for (int i = 0; i < rows.size(); i++) {
                Source source = new Source(rows.get(i), i);
                if (source.next()) {
                    waiting.add(source);
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
            if (last.next()) {
                Source first = waiting.peek();
                if (first == null || last.compareTo(first) < 0) {
                    return true;
                }
                waiting.add(last);
            } else {
                last.rows.close();
            }
        }
        current = waiting.poll();
        return current != null;
    }

    /** The row's key, until this moves. */
    KeyView key() {
        return at().key;
    }

    StructLike row() throws IOException {
        return at().rows.row();
    }

    long position() {
        return at().rows.position();
    }

    /** The location of the row's input. */
    String location() {
        return at().rows.location();
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
