package dev.firn.index;

import dev.firn.benchmarks.KeyKind;
import dev.firn.benchmarks.SampleTable;
import dev.firn.dv.LiveRun;
import dev.firn.key.Key;
import java.io.IOException;
import java.util.List;
import java.util.stream.LongStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Ascending keys written as an index file. An operation is a key. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init")
public class IndexBuildBenchmark {

    private static final int KEYS = 200_000;

    @Param
    public KeyKind kind;

    private SampleTable table;
    private List<Key> keys;

    @Setup
    public void open() throws IOException {
        table = new SampleTable(kind);
        keys = LongStream.range(0, KEYS)
                .mapToObj(i -> table.key(7 * i))
                .sorted()
                .toList();
        // one behind the other, as they come by when a file is written
        keys = keys.stream().map(key -> Key.of(key.bytes().clone())).toList();
    }

    @TearDown
    public void close() throws IOException {
        table.close();
    }

    @Benchmark
    @OperationsPerInvocation(KEYS)
    public LiveRun write() {
        LiveRun run = table.indexedRun(keys);
        table.indexes().forget(run.location());
        return run;
    }
}
