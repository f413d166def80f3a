package dev.firn.lsm;

import dev.firn.benchmarks.KeyKind;
import dev.firn.benchmarks.SampleTable;
import dev.firn.run.RunFile;
import java.io.IOException;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Sorted changes written as Parquet and key index to the local disk. An operation is a row. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init")
public class FlushBenchmark {

    private static final int ROWS = 50_000;
    private static final long FILE_BYTES = 128L << 20;

    @Param({"BIGINT", "COMPOSITE"})
    public KeyKind kind;

    private SampleTable table;
    private final MemTable buffer = new MemTable();

    @Setup
    public void open() throws IOException {
        table = new SampleTable(kind);
        for (int i = 0; i < ROWS; i++) {
            long number = SampleTable.mixed(i) >>> 1;
            buffer.upsert(table.encoder().view(table.row(number)), table.binaryRow(number));
        }
    }

    @TearDown
    public void close() throws IOException {
        table.close();
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public List<RunFile> write() throws IOException {
        List<RunFile> files = RunFlush.write(table.store(FILE_BYTES), buffer.sorted(), () -> false);
        for (RunFile file : files) {
            table.indexes().forget(file.location());
            table.io().deleteFile(file.location());
        }
        return files;
    }
}
