package dev.firn.index;

import dev.firn.benchmarks.KeyKind;
import dev.firn.benchmarks.SampleTable;
import dev.firn.dv.LiveRun;
import dev.firn.key.Key;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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
 * Ascending random keys looked for in one file, a batch at a time, as a flush does. An operation is a key that is
 * looked for.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init")
public class IndexProbeBenchmark {

    private static final int LOOKUPS = 10_000;

    @Param({"BIGINT", "UUID_STRING"})
    public KeyKind kind;

    @Param("1000000")
    public int keys;

    /** How many of a hundred of the file's keys are in a batch. */
    @Param({"1", "25"})
    public int percent;

    private SampleTable table;
    private LiveRun run;
    private Batch present;
    private Batch absent;

    /** Keys in order, looked for again and again, each time from the first one. */
    private static final class Batch {
        private final List<Key> keys;
        private int next;
        private KeyCursor cursor;
        private long sum;

        Batch(List<Key> keys, KeyIndex index) {
            this.keys = keys;
            this.cursor = index.cursor();
        }

        long find(int count, KeyIndex index) {
            for (int i = 0; i < count; i++) {
                if (next == keys.size()) {
                    next = 0;
                    cursor = index.cursor();
                }
                cursor.find(keys.get(next++), position -> sum += position);
            }
            return sum;
        }
    }

    @Setup
    public void open() throws IOException {
        table = new SampleTable(kind);
        List<Key> all = LongStream.range(0, 2L * keys)
                .mapToObj(i -> table.key(5 * i))
                .sorted()
                .toList();
        Random random = new Random(1);
        List<Key> inFile = new ArrayList<>();
        List<Key> batch = new ArrayList<>();
        List<Key> others = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            boolean chosen = random.nextInt(100) < percent;
            if (i % 2 == 0) {
                inFile.add(all.get(i));
                if (chosen) {
                    batch.add(all.get(i));
                }
            } else if (chosen) {
                others.add(all.get(i));
            }
        }
        run = table.indexedRun(inFile);
        present = new Batch(inOneRow(batch), index());
        absent = new Batch(inOneRow(others), index());
    }

    /** Copies that lie one behind the other, as the keys of a flush do. */
    private static List<Key> inOneRow(List<Key> keys) {
        return keys.stream().map(key -> Key.of(key.bytes().clone())).toList();
    }

    @TearDown
    public void close() throws IOException {
        table.close();
    }

    private KeyIndex index() {
        return table.indexes().index(run.run().file());
    }

    @Benchmark
    @OperationsPerInvocation(LOOKUPS)
    public long present() {
        return present.find(LOOKUPS, index());
    }

    @Benchmark
    @OperationsPerInvocation(LOOKUPS)
    public long absent() {
        return absent.find(LOOKUPS, index());
    }

    /** The index opened anew, with nothing of it in memory but what the operating system keeps. */
    @Benchmark
    @OperationsPerInvocation(LOOKUPS)
    public long presentAfterReopening() {
        KeyIndex reopened = table.reopenedIndexes().index(run.run().file());
        return new Batch(present.keys, reopened).find(LOOKUPS, reopened);
    }
}
