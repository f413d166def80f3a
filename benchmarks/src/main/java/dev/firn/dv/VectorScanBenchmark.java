package dev.firn.dv;

import dev.firn.benchmarks.KeyKind;
import dev.firn.benchmarks.SampleTable;
import dev.firn.index.IndexedRunWriter;
import dev.firn.index.RunStore;
import java.io.IOException;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.BaseCombinedScanTask;
import org.apache.iceberg.BaseFileScanTask;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.PartitionSpecParser;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.encryption.InputFilesDecryptor;
import org.apache.iceberg.encryption.PlaintextEncryptionManager;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.ResidualEvaluator;
import org.apache.iceberg.flink.source.RowDataFileScanTaskReader;
import org.apache.iceberg.io.CloseableIterator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What a deletion vector costs a reader: one file as Iceberg's connector for Flink reads it, with so many of its rows
 * dead. An operation is a row of the file, dead or not.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init")
public class VectorScanBenchmark {

    private static final int ROWS = 200_000;
    private static final long FILE_BYTES = 128L << 20;

    /** Spread over the whole file. */
    @Param({"0", "1", "50000", "100000"})
    public int dead;

    private SampleTable table;
    private FileScanTask task;

    @Setup
    public void open() throws IOException {
        table = new SampleTable(KeyKind.BIGINT);
        RunStore store = table.store(FILE_BYTES);
        DataFile file;
        try (IndexedRunWriter<RowData> writer = IndexedRunWriter.open(store, 1, ROWS)) {
            for (long number = 0; number < ROWS; number++) {
                writer.append(table.key(number), table.row(number));
            }
            file = writer.finish().file();
        }
        task = new BaseFileScanTask(
                file,
                vector(file).toArray(DeleteFile[]::new),
                SchemaParser.toJson(table.format().schema()),
                PartitionSpecParser.toJson(PartitionSpec.unpartitioned()),
                ResidualEvaluator.unpartitioned(Expressions.alwaysTrue()));
    }

    private List<DeleteFile> vector(DataFile file) {
        if (dead == 0) {
            return List.of();
        }
        PositionSet positions = PositionSet.of(
                LongStream.range(0, dead).map(i -> i * ROWS / dead).toArray());
        return DeletionVectors.write(
                table.io().newOutputFile(file.location() + ".puffin"),
                List.of(new DeletionVectors.Entry(file.location(), PartitionSpec.unpartitioned(), null, positions)));
    }

    @TearDown
    public void close() throws IOException {
        table.close();
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public long read() throws IOException {
        Schema schema = table.format().schema();
        InputFilesDecryptor files = new InputFilesDecryptor(
                new BaseCombinedScanTask(task), table.io(), PlaintextEncryptionManager.instance());
        long live = 0;
        try (CloseableIterator<RowData> rows =
                new RowDataFileScanTaskReader(schema, schema, null, false, List.of()).open(task, files)) {
            while (rows.hasNext()) {
                rows.next();
                live++;
            }
        }
        return live;
    }
}
