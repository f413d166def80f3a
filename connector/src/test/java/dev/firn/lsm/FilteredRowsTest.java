package dev.firn.lsm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.compaction.CompactionOptions;
import dev.firn.compaction.CompactionStrategy;
import dev.firn.compaction.CompactionThreads;
import dev.firn.compaction.Compactor;
import dev.firn.compaction.LevelTargets;
import dev.firn.compaction.RateLimiter;
import dev.firn.compaction.RowFilter;
import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.iceberg.CheckpointChanges;
import dev.firn.iceberg.CommitOptions;
import dev.firn.iceberg.Marker;
import dev.firn.iceberg.SnapshotCommitter;
import dev.firn.iceberg.TableFixture;
import dev.firn.iceberg.WriterChanges;
import dev.firn.index.RunStore;
import dev.firn.key.KeyView;
import dev.firn.run.LevelProfiles;
import dev.firn.run.RunFile;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a compaction filter keeps, drops and changes, as readers see it. */
class FilteredRowsTest {

    private static final CompactionOptions OPTIONS =
            CompactionOptions.of(CompactionStrategy.LEVELED).withTargets(new LevelTargets(2, 1 << 20, 2, 1 << 20, 0));

    @TempDir
    Path localDisk;

    private final Queue<Runnable> threads = new ArrayDeque<>();
    private TableFixture fixture;
    private Bucket bucket;

    @BeforeEach
    void createTwoRuns() throws Exception {
        fixture = new TableFixture(localDisk);
        AppendFiles append = fixture.catalog.table().newAppend();
        append.appendFile(fixture.run("w", "keep", 1, 4));
        append.appendFile(fixture.run("w", "drop", 2, 5));
        append.appendFile(fixture.run("w", "change", 3, 6));
        append.commit();
        fixture.table.refresh();
        List<LiveRun> runs = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks =
                fixture.catalog.table().newScan().planFiles()) {
            tasks.forEach(task -> runs.add(new LiveRun(RunFile.of(task.file()), PositionSet.EMPTY)));
        }
        bucket = bucket(new Levels(runs));
    }

    @AfterEach
    void dropTable() throws Exception {
        fixture.close();
    }

    @Test
    void droppedAndChangedRowsAreRealChangesAheadOfTheCompaction() throws Exception {
        compact();
        commit(bucket.checkpoint());

        Snapshot compaction = Objects.requireNonNull(fixture.catalog.table().currentSnapshot());
        Snapshot changes = fixture.catalog.table().snapshot(Objects.requireNonNull(compaction.parentId()));
        Map<Long, String> expected = new TreeMap<>(Map.of(1L, "keep", 4L, "keep", 3L, "changed", 6L, "changed"));
        assertThat(compaction.operation()).isEqualTo(DataOperations.REPLACE);
        assertThat(changes.operation()).isEqualTo(DataOperations.OVERWRITE);
        assertThat(fixture.rows(changes)).isEqualTo(expected);
        assertThat(fixture.rows(compaction)).isEqualTo(expected);
    }

    @Test
    void anUpdateThatComesMeanwhileWins() throws Exception {
        compact();
        for (long id : new long[] {3, 4, 5}) {
            bucket.upsert(
                    KeyView.of(fixture.key(id)),
                    new RowDataSerializer(fixture.table.format().rowType())
                            .toBinaryRow(TableFixture.upsert(id, "newer")));
        }
        commit(bucket.checkpoint());

        assertThat(fixture.rows()).isEqualTo(Map.of(1L, "keep", 3L, "newer", 4L, "newer", 5L, "newer", 6L, "changed"));
    }

    private void compact() {
        bucket.compact();
        while (!threads.isEmpty()) {
            threads.remove().run();
        }
    }

    private void commit(LevelsEdit edit) {
        WriterChanges changes = new WriterChanges(
                "w",
                1,
                edit.added().stream().map(RunFile::file).toList(),
                edit.dead(),
                edit.deletedKeys(),
                edit.compactions());
        new SnapshotCommitter(fixture.table, fixture.indexes, CommitOptions.of("job"))
                .commit(new CheckpointChanges(new Marker("s", 1, "i"), Optional.empty(), List.of(changes)));
    }

    private Bucket bucket(Levels levels) {
        RunStore store = new RunStore(
                fixture.table.wholeRows(),
                fixture.table.spec(),
                fixture.partition(),
                fixture.table.runFiles(fixture.partition(), 0, "w"),
                new RunStore.Storage(fixture.table.io(), fixture.indexes, 1 << 20, LevelProfiles.defaults()));
        Compactor compactor = new Compactor(store, fixture.table.lineageReader(), RateLimiter.unlimited(), this::judge);
        CompactionSetup setup = new CompactionSetup(() -> compactor, OPTIONS, CompactionThreads.on(threads::add, 1));
        return Bucket.open(store, levels, new BucketCounters(), setup);
    }

    private RowFilter.Verdict judge(StructLike row) {
        return switch (row.get(1, CharSequence.class).toString()) {
            case "drop" -> new RowFilter.Verdict.Drop();
            case "change" -> {
                GenericRecord changed = GenericRecord.create(TableFixture.SCHEMA);
                changed.set(0, row.get(0, Long.class));
                changed.set(1, "changed");
                yield new RowFilter.Verdict.Change(changed);
            }
            default -> new RowFilter.Verdict.Keep();
        };
    }
}
