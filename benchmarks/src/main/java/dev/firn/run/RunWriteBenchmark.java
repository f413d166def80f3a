package dev.firn.run;

import dev.firn.benchmarks.KeyKind;
import dev.firn.benchmarks.SampleTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.io.FileAppender;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Rows written as Parquet alone, to the local disk, by either writer. An operation is a row. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init")
public class RunWriteBenchmark {

    private static final int ROWS = 50_000;

    @Param({"BIGINT", "COMPOSITE"})
    public KeyKind kind;

    private SampleTable table;
    private RunRows<RowData> rows;
    private final List<RowData> written = new ArrayList<>();

    @Setup
    public void open() throws IOException {
        table = new SampleTable(kind);
        rows = RunRows.flink(LevelProfiles.defaults().format(table.format().expecting(ROWS), 0));
        for (int i = 0; i < ROWS; i++) {
            written.add(table.binaryRow(i));
        }
    }

    @TearDown
    public void close() throws IOException {
        table.close();
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public long columnar() throws IOException {
        return write(ColumnarWriter.open(rows, output().encryptingOutputFile()).orElseThrow());
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public long iceberg() throws IOException {
        return write(RunWriter.byIceberg(rows, output()));
    }

    private EncryptedOutputFile output() {
        return EncryptedFiles.plainAsEncryptedOutput(table.io().newOutputFile(table.newLocation(0)));
    }

    private long write(FileAppender<RowData> appender) throws IOException {
        try (appender) {
            for (RowData row : written) {
                appender.add(row);
            }
        }
        return appender.length();
    }
}
