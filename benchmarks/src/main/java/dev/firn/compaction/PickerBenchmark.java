package dev.firn.compaction;

import dev.firn.key.Key;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * One choice of what to compact in a bucket of many files: a few of level 0 over the whole key range, those of the
 * other levels disjoint within each. An operation is a choice.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init")
public class PickerBenchmark {

    private static final int FLUSHED = 6;
    private static final long FILE_BYTES = 128L << 20;
    private static final long FILE_ROWS = 1_000_000;

    @Param("10000")
    public int files;

    @Param
    public CompactionStrategy strategy;

    private CompactionOptions options;
    private final List<RunShape> runs = new ArrayList<>();

    @Setup
    public void draw() {
        options = CompactionOptions.of(strategy);
        Random random = new Random(1);
        for (int i = 0; i < FLUSHED; i++) {
            runs.add(run(0, 0, Long.MAX_VALUE, random));
        }
        int deepest = options.targets().levels((files - FLUSHED) * FILE_BYTES);
        int left = files - FLUSHED;
        for (int level = deepest; left > 0; level--) {
            int inLevel = level == 1 ? left : Math.max(1, left * 3 / 4);
            long width = Long.MAX_VALUE / inLevel;
            for (int i = 0; i < inLevel; i++) {
                runs.add(run(level, i * width, (i + 1) * width - 1, random));
            }
            left -= inLevel;
        }
    }

    private RunShape run(int level, long first, long last, Random random) {
        return new RunShape(
                "file-" + runs.size(),
                level,
                new KeySpan(key(first), key(last)),
                FILE_BYTES,
                FILE_ROWS,
                random.nextInt((int) FILE_ROWS / 3));
    }

    private static Key key(long number) {
        return Key.of(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    }

    @Benchmark
    public CompactionChoice choose() {
        return CompactionPicker.choose(runs, Reservations.NONE, options);
    }
}
