package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.iceberg.SnapshotInvariants;
import dev.firn.iceberg.TableFixture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.flink.table.data.RowData;
import org.apache.flink.types.RowKind;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.util.SnapshotUtil;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * One changelog gives one table, whatever the options: buffer, strategy, levels, throttle, threads, writers, buckets
 * and how far checkpoints lie apart. Wherever two ways of writing it have a checkpoint after the same change, the table
 * has the same rows there.
 */
@Execution(ExecutionMode.CONCURRENT)
class SameChangelogTest {

    private static final long SEEDS = Long.getLong("firn.same-changelog.seeds", 10);
    private static final int VARIANTS = 5;
    private static final int CHANGES = 240;
    private static final int CLOSEST_CHECKPOINTS = 12;

    @TempDir
    Path localDisk;

    @TestFactory
    Stream<DynamicTest> optionsDoNotChangeTheTable() {
        return LongStream.range(0, SEEDS)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> writeInManyWays(seed)));
    }

    private void writeInManyWays(long seed) throws Exception {
        Random random = new Random(seed);
        List<RowData> changelog = changelog(random);
        Map<Integer, Map<Long, String>> rowsAfter = new TreeMap<>();
        int common = 0;
        for (int variant = 0; variant < VARIANTS; variant++) {
            Path disk = localDisk.resolve(seed + "-" + variant);
            for (var checkpoint : write(changelog, random, disk).entrySet()) {
                Map<Long, String> before = rowsAfter.putIfAbsent(checkpoint.getKey(), checkpoint.getValue());
                if (before != null) {
                    common++;
                    assertThat(checkpoint.getValue())
                            .as("rows after change %s, written in way %s", checkpoint.getKey(), variant)
                            .isEqualTo(before);
                }
            }
        }
        assertThat(common).isGreaterThanOrEqualTo(VARIANTS - 1);
    }

    private static List<RowData> changelog(Random random) {
        int keys = 1 + random.nextInt(100);
        List<RowData> changes = new ArrayList<>();
        for (int i = 0; i < CHANGES; i++) {
            RowKind kind = random.nextInt(4) == 0 ? RowKind.DELETE : RowKind.INSERT;
            changes.add(TableFixture.row(kind, (long) random.nextInt(keys), "v" + i));
        }
        return changes;
    }

    /** The table's rows after each checkpoint, by the number of changes before it. */
    private static Map<Integer, Map<Long, String>> write(List<RowData> changelog, Random random, Path disk)
            throws Exception {
        Map<Integer, Map<Long, String>> rows = new TreeMap<>();
        int spacing = CLOSEST_CHECKPOINTS * (1 + random.nextInt(4));
        QueuedThreads threads = new QueuedThreads();
        try (TableFixture fixture = new TableFixture(disk.resolve("fixture"), 1 + random.nextInt(4))) {
            SimulatedJob job = new SimulatedJob(
                    new SimulatedJob.Setup(
                            fixture.catalog.loader(), config(random, disk), 1 + random.nextInt(3), "job", threads),
                    null);
            for (int written = 1; written <= changelog.size(); written++) {
                job.write(changelog.get(written - 1));
                threads.run(random.nextInt(2), random);
                if (written % spacing == 0 || written == changelog.size()) {
                    job.checkpoint(written);
                    job.completed(written);
                    rows.put(written, fixture.rows());
                }
            }
            checkSnapshots(fixture);
            job.close();
        }
        return rows;
    }

    private static SinkConfig config(Random random, Path disk) {
        long bytesPerSecond = random.nextBoolean() ? Long.MAX_VALUE : 50 << 20;
        return SinkConfig.defaults()
                .withWriteBufferBytes(List.of(2_000L, 20_000L, 1L << 20).get(random.nextInt(3)))
                .withIndexes(new SinkConfig.IndexConfig(1 << 20, List.of(disk.toString())))
                .withCompaction(RandomCompaction.config(random).withBytesPerSecond(bytesPerSecond))
                .withBackPressure(RandomCompaction.NO_BACK_PRESSURE);
    }

    private static void checkSnapshots(TableFixture fixture) {
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(fixture.catalog.table())) {
            SnapshotInvariants.rows(fixture.catalog.table(), snapshot, row -> (Long) row.get(0));
            SnapshotInvariants.compactionKeepsLineage(fixture.catalog.table(), snapshot, row -> (Long) row.get(0));
        }
    }
}
