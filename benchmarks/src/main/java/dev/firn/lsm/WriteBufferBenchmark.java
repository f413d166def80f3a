package dev.firn.lsm;

import dev.firn.benchmarks.KeyKind;
import dev.firn.benchmarks.SampleTable;
import dev.firn.key.KeyEncoder;
import java.io.IOException;
import java.util.Random;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What it costs to buffer rows, the encoding of their keys included, and to sort them. An operation is a row. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init")
public class WriteBufferBenchmark {

    private static final int ROWS = 100_000;
    private static final int HOT_KEYS = 1_000;

    /** As many as the processor's nearest caches hold. */
    private static final int FEW = 2_000;

    @Param
    public KeyKind kind;

    private SampleTable table;
    private final BinaryRowData[] rows = new BinaryRowData[ROWS];
    private final int[] hot = new Random(1).ints(ROWS, 0, HOT_KEYS).toArray();
    private final MemTable buffer = new MemTable();
    private final MemTable full = new MemTable();
    private final MemTable few = new MemTable();

    @Setup
    public void open() throws IOException {
        table = new SampleTable(kind);
        for (int i = 0; i < ROWS; i++) {
            rows[i] = table.binaryRow(SampleTable.mixed(i) >>> 1);
            put(full, rows[i]);
            if (i < FEW) {
                put(few, rows[i]);
            }
        }
    }

    @TearDown
    public void close() throws IOException {
        table.close();
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public long putDistinct() {
        for (BinaryRowData row : rows) {
            put(buffer, row);
        }
        return emptied();
    }

    /** The same, a few at a time: what is more in {@link #putDistinct} is the wait for memory. */
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public long putFew() {
        long bytes = 0;
        for (int i = 0; i < ROWS; i++) {
            put(buffer, rows[i]);
            if (buffer.size() == FEW) {
                bytes += emptied();
            }
        }
        return bytes + emptied();
    }

    /** Each key a hundred times. */
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public long putHot() {
        for (int i : hot) {
            put(buffer, rows[i]);
        }
        return emptied();
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public Object sort() {
        return full.sorted();
    }

    @Benchmark
    @OperationsPerInvocation(FEW)
    public Object sortFew() {
        return few.sorted();
    }

    private void put(MemTable target, BinaryRowData row) {
        KeyEncoder encoder = table.encoder();
        target.upsert(encoder.view(row), row);
    }

    private long emptied() {
        long bytes = buffer.bytes();
        buffer.clear();
        return bytes;
    }
}
