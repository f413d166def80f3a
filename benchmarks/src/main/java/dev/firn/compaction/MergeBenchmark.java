package dev.firn.compaction;

import dev.firn.benchmarks.KeyKind;
import dev.firn.benchmarks.SampleTable;
import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.index.IndexedRunWriter;
import dev.firn.index.RunStore;
import dev.firn.key.Key;
import dev.firn.run.LineageReader;
import dev.firn.run.PositionedRows;
import dev.firn.run.RunFile;
import dev.firn.run.WantedPositions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.InternalReader;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.Parquet;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Four runs over one key range become one. An operation is a row. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init")
public class MergeBenchmark {

    private static final int RUNS = 4;
    private static final int ROWS = 100_000;
    private static final long FILE_BYTES = 128L << 20;

    private SampleTable table;
    private RunStore store;
    private final List<List<KeyedRow>> rows = new ArrayList<>();
    private final List<LiveRun> runs = new ArrayList<>();

    @Setup
    public void open() throws IOException {
        table = new SampleTable(KeyKind.BIGINT);
        store = table.store(FILE_BYTES);
        Random random = new Random(1);
        List<List<Long>> numbers = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            numbers.add(new ArrayList<>());
        }
        for (long i = 0; i < ROWS; i++) {
            numbers.get(random.nextInt(RUNS)).add(i);
        }
        for (List<Long> ofRun : numbers) {
            List<KeyedRow> keyed = new ArrayList<>();
            try (IndexedRunWriter<RowData> writer = IndexedRunWriter.open(store, 0, ofRun.size())) {
                for (long number : ofRun) {
                    Key key = table.key(number);
                    keyed.add(new KeyedRow(key, keyed.size(), table.lineageRow(number)));
                    writer.append(key, table.row(number));
                }
                runs.add(new LiveRun(writer.finish(), PositionSet.EMPTY));
            }
            rows.add(keyed);
        }
    }

    @TearDown
    public void close() throws IOException {
        table.close();
    }

    /** Rows that are in memory: what the order costs. */
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public long inMemory() throws IOException {
        List<KeyedRows> inputs =
                rows.stream().map(keyed -> new KeyedRows("run", keyed)).toList();
        long sum = 0;
        try (MergeIterator merged = new MergeIterator(inputs)) {
            while (merged.next()) {
                sum += merged.position();
            }
        }
        return sum;
    }

    /** The files one after the other, as merges read them. */
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public long read() throws IOException {
        LineageReader reader = reader();
        long sum = 0;
        for (LiveRun run : runs) {
            try (PositionedRows read =
                    reader.rows(run.run().file(), WantedPositions.all(run.run().rows()))) {
                while (read.next()) {
                    sum += read.row().size();
                }
            }
        }
        return sum;
    }

    /** The same by Iceberg's reader, which makes an object of each value: what {@link #read} is measured by. */
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public long readByIceberg() throws IOException {
        Schema columns = table.format().withLineage();
        long sum = 0;
        for (LiveRun run : runs) {
            try (CloseableIterable<Record> read = Parquet.read(table.io().newInputFile(run.location()))
                    .project(columns)
                    .createReaderFunc(schema -> InternalReader.create(columns, schema))
                    .build()) {
                for (Record row : read) {
                    sum += row.size();
                }
            }
        }
        return sum;
    }

    /** Parquet files on the local disk: all of it, on one thread. */
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public List<RunFile> files() throws IOException {
        LineageReader reader = reader();
        Compactor compactor = new Compactor(store, reader, RateLimiter.unlimited(), RowFilter.KEEP_ALL);
        CompactionResult result = CompactionJob.start(compactor, runs, 1, List.of(), Runnable::run)
                .result();
        List<RunFile> outputs = result.outputs();
        result.discard();
        return outputs;
    }

    private LineageReader reader() {
        PartitionSpec spec = PartitionSpec.unpartitioned();
        return new LineageReader(table.io(), table.format(), Map.of(spec.specId(), spec));
    }
}
