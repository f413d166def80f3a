package dev.firn.compaction;

import dev.firn.benchmarks.KeyKind;
import dev.firn.benchmarks.SampleTable;
import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.index.IndexedRunWriter;
import dev.firn.index.RunStore;
import dev.firn.key.Key;
import dev.firn.run.LineageReader;
import dev.firn.run.RunFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.PartitionSpec;
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

    /** Parquet files on the local disk: all of it, on one thread. */
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public List<RunFile> files() throws IOException {
        PartitionSpec spec = PartitionSpec.unpartitioned();
        LineageReader reader = new LineageReader(table.io(), table.format(), Map.of(spec.specId(), spec));
        Compactor compactor = new Compactor(store, reader, RateLimiter.unlimited(), RowFilter.KEEP_ALL);
        CompactionResult result = CompactionJob.start(compactor, runs, 1, List.of(), Runnable::run)
                .result();
        List<RunFile> outputs = result.outputs();
        result.discard();
        return outputs;
    }
}
