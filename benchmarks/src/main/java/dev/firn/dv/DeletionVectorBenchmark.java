package dev.firn.dv;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.inmemory.InMemoryOutputFile;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The dead rows of files of a million rows, collected, united and written. An operation is a newly dead row. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init")
public class DeletionVectorBenchmark {

    private static final int NEWLY_DEAD = 10_000;
    private static final int FILES = 20;

    @Param("1000000")
    public int rows;

    /** How many of a hundred rows were dead before. */
    @Param({"1", "20"})
    public int percent;

    private long[] positions;
    private PositionSet newlyDead;
    private PositionSet dead;
    private List<DeletionVectors.Entry> entries;

    @Setup
    public void draw() {
        Random random = new Random(1);
        positions = LongStream.generate(() -> random.nextInt(rows))
                .limit(NEWLY_DEAD)
                .sorted()
                .toArray();
        newlyDead = PositionSet.of(positions);
        dead = PositionSet.of(IntStream.range(0, rows)
                .filter(i -> random.nextInt(100) < percent)
                .asLongStream()
                .toArray());
        entries = IntStream.range(0, FILES)
                .mapToObj(i -> new DeletionVectors.Entry(
                        "file-" + i,
                        PartitionSpec.unpartitioned(),
                        null,
                        dead.union(PositionSet.of(LongStream.range(0, NEWLY_DEAD / FILES)
                                .map(row -> random.nextInt(rows))
                                .toArray()))))
                .toList();
    }

    @Benchmark
    @OperationsPerInvocation(NEWLY_DEAD)
    public PositionSet collect() {
        PositionSet.Builder builder = PositionSet.builder();
        for (long position : positions) {
            builder.add(position);
        }
        return builder.build();
    }

    @Benchmark
    @OperationsPerInvocation(NEWLY_DEAD)
    public PositionSet unite() {
        return dead.union(newlyDead);
    }

    /** All vectors of 20 files in one Puffin file in memory, those positions included that were dead before. */
    @Benchmark
    @OperationsPerInvocation(NEWLY_DEAD)
    public List<DeleteFile> write() {
        return DeletionVectors.write(new InMemoryOutputFile(), entries);
    }
}
