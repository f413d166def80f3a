package dev.firn.lsm;

import dev.firn.benchmarks.KeyKind;
import dev.firn.benchmarks.SampleTable;
import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.key.Key;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A flush's keys looked for in eight runs over the whole key range, each key in one of them. An operation is a key;
 * each is asked of eight runs.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init")
public class SupersededBenchmark {

    private static final int RUNS = 8;
    private static final int KEYS = 20_000;

    @Param("800000")
    public int keys;

    private SampleTable table;
    private Levels levels;
    private List<Key> batch;

    @Setup
    public void open() throws IOException {
        table = new SampleTable(KeyKind.BIGINT);
        Random random = new Random(1);
        List<List<Key>> runs = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            runs.add(new ArrayList<>());
        }
        for (long i = 0; i < keys; i++) {
            runs.get(random.nextInt(RUNS)).add(table.key(3 * i));
        }
        List<LiveRun> live = runs.stream().map(table::indexedRun).toList();
        levels = new Levels(live);
        batch = LongStream.generate(() -> 3L * random.nextInt(keys))
                .distinct()
                .limit(Math.min(KEYS, keys / 2))
                .sorted()
                .mapToObj(table::key)
                .toList();
        // one behind the other, as the keys of a flush are
        batch = batch.stream().map(key -> Key.of(key.bytes().clone())).toList();
    }

    @TearDown
    public void close() throws IOException {
        table.close();
    }

    @Benchmark
    @OperationsPerInvocation(KEYS)
    public Map<String, PositionSet> by() {
        return Superseded.by(batch, levels, table.indexes());
    }
}
