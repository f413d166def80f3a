package dev.firn.key;

import dev.firn.benchmarks.KeyKind;
import dev.firn.benchmarks.SampleTable;
import java.io.IOException;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** What the key of a row costs. An operation is a row. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init")
public class KeyEncodingBenchmark {

    private static final int ROWS = 1_000;

    @Param
    public KeyKind kind;

    private SampleTable table;
    private final BinaryRowData[] rows = new BinaryRowData[ROWS];

    @Setup
    public void open() throws IOException {
        table = new SampleTable(kind);
        for (int i = 0; i < ROWS; i++) {
            rows[i] = table.binaryRow(i);
        }
    }

    @TearDown
    public void close() throws IOException {
        table.close();
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public void encode(Blackhole blackhole) {
        KeyEncoder encoder = table.encoder();
        for (BinaryRowData row : rows) {
            blackhole.consume(encoder.view(row).to());
        }
    }
}
