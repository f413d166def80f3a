package dev.firn.lsm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.compaction.CompactionDebt;
import dev.firn.compaction.CompactionOptions;
import dev.firn.compaction.CompactionStrategy;
import dev.firn.compaction.CompactionThreads;
import dev.firn.compaction.Compactor;
import dev.firn.compaction.LevelTargets;
import dev.firn.compaction.RateLimiter;
import dev.firn.compaction.RowFilter;
import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.iceberg.TableFixture;
import dev.firn.index.IndexLimits;
import dev.firn.index.KeyIndexes;
import dev.firn.index.RunStore;
import dev.firn.run.LevelProfiles;
import dev.firn.run.RunFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.stream.LongStream;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bucket of six runs over the same keys, of which the next checkpoint wants to make one. */
class SpaceGateTest {

    private static final int RUNS = 6;
    private static final int ROWS = 500;
    private static final CompactionOptions OPTIONS =
            CompactionOptions.of(CompactionStrategy.LEVELED).withTargets(new LevelTargets(4, 1 << 20, 2, 1 << 20, 0));

    @TempDir
    Path localDisk;

    private final Queue<Runnable> threads = new ArrayDeque<>();
    private final CompactionThreads places = CompactionThreads.on(threads::add, 1);
    private final BucketCounters counters = new BucketCounters();

    private TableFixture fixture;
    private Levels levels;
    private long indexBytes;

    @BeforeEach
    void createRuns() throws Exception {
        fixture = new TableFixture(localDisk.resolve("committer"));
        AppendFiles append = fixture.catalog.table().newAppend();
        for (int i = 0; i < RUNS; i++) {
            int run = i;
            append.appendFile(fixture.run(
                    "w",
                    "v",
                    LongStream.range(0, ROWS).map(row -> row * RUNS + run).toArray()));
        }
        append.commit();
        levels = new Levels(committed().values().stream()
                .map(file -> new LiveRun(RunFile.of(file), PositionSet.EMPTY))
                .toList());
        try (KeyIndexes indexes = indexes(Long.MAX_VALUE)) {
            committed().values().forEach(indexes::index);
            indexBytes = indexes.space().indexBytes();
        }
    }

    @AfterEach
    void dropTable() throws Exception {
        fixture.close();
    }

    @Test
    void aMergeBeginsIfItsIndexesFindRoom() throws Exception {
        try (KeyIndexes indexes = indexes(2 * indexBytes + 100)) {
            Bucket bucket = bucket(indexes, levels);
            bucket.compact();
            assertThat(indexes.space().room()).as("reserved").isLessThanOrEqualTo(100);
            merge();

            assertThat(inputs(bucket.checkpoint())).isEqualTo(RUNS);
            assertThat(counters.narrowedCompactions()).isZero();
            assertThat(counters.postponedCompactions()).isZero();
            assertThat(indexes.space().room())
                    .as("reserved no more, and the inputs' indexes are gone")
                    .isGreaterThan(indexBytes / 2);
        }
    }

    @Test
    void aMergeThatIsTooLargeForTheDiskTakesFewerRuns() throws Exception {
        try (KeyIndexes indexes = indexes(indexBytes + indexBytes * 9 / 12)) {
            Bucket bucket = bucket(indexes, levels);
            bucket.compact();
            assertThat(counters.narrowedCompactions()).isEqualTo(1);
            merge();

            assertThat(inputs(bucket.checkpoint())).isEqualTo(4);
            assertThat(counters.compactions()).isEqualTo(1);
            assertThat(counters.postponedCompactions()).isZero();
        }
    }

    @Test
    void aMergeThatCannotBeSmallerIsPutOffUntilThereIsRoom() throws Exception {
        try (KeyIndexes indexes = indexes((1 << 20) + indexBytes + indexBytes / 12)) {
            // not there when the directory was opened, so nobody knows whether it may be deleted
            Path others = Files.write(localDisk.resolve("writer").resolve("others.keys"), new byte[1 << 20]);
            Bucket bucket = bucket(indexes, levels);
            for (int round = 1; round <= 3; round++) {
                bucket.compact();
                assertThat(places.running()).isZero();
                assertThat(counters.narrowedCompactions()).isEqualTo(round);
                assertThat(counters.postponedCompactions()).isGreaterThanOrEqualTo(round);
            }
            assertThat(bucket.checkpoint().isEmpty()).isTrue();
            assertThat(places.ended()).as("nobody is woken in vain").isZero();
            Files.delete(others);
            bucket.compact();
            merge();

            assertThat(inputs(bucket.checkpoint())).isEqualTo(RUNS);
        }
    }

    @Test
    void deadRowsNeedNoRoom() throws Exception {
        PositionSet allButTen = PositionSet.of(LongStream.range(10, ROWS).toArray());
        Levels sparse = levels.killing(new HashMap<>(Map.of(
                levels.runs().get(0).location(), allButTen, levels.runs().get(1).location(), allButTen)));
        try (KeyIndexes indexes = indexes(indexBytes + indexBytes / 12)) {
            Bucket bucket = bucket(indexes, sparse);
            bucket.compact();
            assertThat(places.running()).isEqualTo(1);
            merge();

            assertThat(inputs(bucket.checkpoint())).isBetween(1, 2);
        }
    }

    @Test
    void theReservationOfAMergeThatFailedIsGivenBack() throws Exception {
        try (KeyIndexes indexes = indexes(2 * indexBytes + 100)) {
            Bucket bucket = bucket(indexes, levels);
            long room = indexes.space().room();
            bucket.compact();
            fixture.catalog.io().deleteFile(levels.runs().get(0).location());
            merge();
            bucket.checkpoint();

            assertThat(counters.failedCompactions()).isEqualTo(1);
            assertThat(indexes.space().room()).isEqualTo(room);
            assertThat(places.running()).isZero();
        }
    }

    @Test
    void runsThatAreNotCommittedYetAreNoDebtSinceNoMergeMayTakeThem() throws Exception {
        try (KeyIndexes indexes = indexes(Long.MAX_VALUE)) {
            Bucket bucket = bucket(indexes, Levels.EMPTY);
            List<LiveRun> uncommitted = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                uncommitted.add(new LiveRun(RunFile.of(fixture.run("w", "v", 1, 2, 3)), PositionSet.EMPTY));
            }
            bucket.rebase(new Levels(uncommitted), List.of());
            assertThat(bucket.debt()).isEqualTo(CompactionDebt.NONE);
            AppendFiles append = fixture.catalog.table().newAppend();
            uncommitted.forEach(run -> append.appendFile(run.run().file()));
            append.commit();
            bucket.landed(committed());

            assertThat(bucket.debt().runs()).isEqualTo(3);
            assertThat(bucket.debt().bytes())
                    .isEqualTo(uncommitted.stream()
                            .mapToLong(run -> run.run().file().fileSizeInBytes())
                            .sum());
        }
    }

    @Test
    void whatAFinishedMergeWillTakeAwayIsNoDebtAnyMore() throws Exception {
        try (KeyIndexes indexes = indexes(Long.MAX_VALUE)) {
            Bucket bucket = bucket(indexes, levels);
            bucket.compact();
            assertThat(bucket.debt().runs()).isEqualTo(RUNS);
            merge();

            assertThat(bucket.debt()).isEqualTo(CompactionDebt.NONE);
        }
    }

    @Test
    void aMergeThatWasGivenUpIsNoFailure() throws Exception {
        try (KeyIndexes indexes = indexes(Long.MAX_VALUE)) {
            Bucket bucket = bucket(indexes, levels);
            bucket.compact();
            bucket.rebase(new Levels(levels.runs().subList(1, RUNS)), List.of());
            merge();
            bucket.checkpoint();

            assertThat(counters.discardedCompactions()).isEqualTo(1);
            assertThat(counters.failedCompactions()).isZero();
            assertThat(places.running()).as("the next one is not put off").isEqualTo(1);
        }
    }

    private KeyIndexes indexes(long quotaBytes) {
        return KeyIndexes.open(
                localDisk.resolve("writer"),
                new IndexLimits(1 << 20, quotaBytes),
                fixture.table.keyEncoder().format(),
                fixture.table.keySource());
    }

    private Bucket bucket(KeyIndexes indexes, Levels begun) {
        RunStore store = new RunStore(
                fixture.table.wholeRows(),
                fixture.table.spec(),
                fixture.partition(),
                fixture.table.runFiles(fixture.partition(), 0, "w"),
                new RunStore.Storage(fixture.table.io(), indexes, 1 << 20, LevelProfiles.defaults()));
        Compactor compactor =
                new Compactor(store, fixture.table.lineageReader(), RateLimiter.unlimited(), RowFilter.KEEP_ALL);
        return Bucket.open(store, begun, counters, new CompactionSetup(() -> compactor, OPTIONS, places));
    }

    private void merge() {
        while (!threads.isEmpty()) {
            threads.remove().run();
        }
    }

    private static int inputs(LevelsEdit edit) {
        assertThat(edit.compactions()).hasSize(1);
        return edit.compactions().get(0).inputs().size();
    }

    private Map<String, DataFile> committed() throws Exception {
        Map<String, DataFile> files = new HashMap<>();
        try (CloseableIterable<FileScanTask> tasks =
                fixture.catalog.table().newScan().planFiles()) {
            tasks.forEach(task -> files.put(task.file().location(), task.file()));
        }
        return files;
    }
}
