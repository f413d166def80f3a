package dev.firn.lsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.iceberg.TableFixture;
import dev.firn.index.RunStore;
import dev.firn.key.KeyView;
import dev.firn.run.LevelProfiles;
import dev.firn.run.RunFile;
import dev.firn.run.RunReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bucket whose buffer is on its way into files, on a thread that is the test itself. */
class FlushAheadTest {

    @TempDir
    Path localDisk;

    private final Queue<Runnable> thread = new ArrayDeque<>();
    private final List<Runnable> onFile = new ArrayList<>();
    private TableFixture fixture;
    private Bucket bucket;

    @BeforeEach
    void createTable() {
        fixture = new TableFixture(localDisk);
        bucket = bucket(Levels.EMPTY);
    }

    @AfterEach
    void dropTable() throws Exception {
        fixture.close();
    }

    @Test
    void changesWhileAFlushIsOnItsWayComeAfterIt() throws Exception {
        upsert("a", 1, 2, 3, 4);
        bucket.flushAhead(thread::add);
        upsert("b", 1);
        delete(2, 3);
        upsert("c", 3);
        thread.remove().run();
        upsert("d", 1);

        assertThat(live(bucket.checkpoint())).isEqualTo(Map.of(1L, "d", 3L, "c", 4L, "a"));
    }

    @Test
    void aDeleteOnItsWayIsUndoneByTheRowThatComesNext() throws Exception {
        upsert("a", 1, 2);
        LevelsEdit before = bucket.checkpoint();
        delete(1, 2);
        bucket.flushAhead(thread::add);
        upsert("b", 1);
        thread.remove().run();
        LevelsEdit edit = bucket.checkpoint();

        assertThat(edit.dead()).isEqualTo(Map.of(before.added().get(0).location(), PositionSet.of(0, 1)));
        assertThat(live(edit)).isEqualTo(Map.of(1L, "b"));
    }

    @Test
    void oneFlushIsOnItsWayAtATime() throws Exception {
        upsert("a", 1);
        bucket.flushAhead(thread::add);
        upsert("b", 1);
        bucket.flushAhead(thread::add);

        assertThat(thread).hasSize(1);
        thread.remove().run();
        assertThat(bucket.mayLand()).isTrue();
        bucket.land();
        assertThat(bucket.isFlushing()).isFalse();
        bucket.flushAhead(thread::add);
        assertThat(thread).hasSize(1);
        assertThat(live(bucket.checkpoint())).isEqualTo(Map.of(1L, "b"));
    }

    @Test
    void whatIsOnItsWayCountsAsBufferedUntilItHasLanded() throws Exception {
        upsert("a", 1, 2, 3);
        long bytes = bucket.bufferedBytes();
        bucket.flushAhead(thread::add);
        assertThat(bucket.unflushedBytes()).isZero();
        assertThat(bucket.bufferedBytes()).isEqualTo(bytes);
        upsert("b", 3);
        assertThat(bucket.bufferedBytes()).isEqualTo(bytes + bucket.unflushedBytes());
        assertThat(bucket.bufferedRows()).isEqualTo(4);
        thread.remove().run();
        assertThat(bucket.levels().runs()).isEmpty();
        bucket.land();

        assertThat(bucket.levels().runs()).hasSize(1);
        assertThat(bucket.bufferedBytes()).isEqualTo(bucket.unflushedBytes());
        assertThat(bucket.bufferedRows()).isEqualTo(1);
    }

    @Test
    void aCheckpointCarriesOutAFlushThatTheThreadHasNotBegun() throws Exception {
        upsert("a", 1, 2);
        bucket.flushAhead(thread::add);
        LevelsEdit edit = bucket.checkpoint();
        assertThat(live(edit)).isEqualTo(Map.of(1L, "a", 2L, "a"));
        thread.remove().run();

        assertThat(runsWritten()).hasSize(1);
        assertThat(bucket.checkpoint().isEmpty()).isTrue();
    }

    @Test
    void aRebaseMakesAFlushOnItsWaySupersedeRowsThatSomebodyElseAdded() throws Exception {
        upsert("a", 1);
        delete(3);
        bucket.flushAhead(thread::add);
        DataFile foreign = fixture.run("somebody", "x", 1, 2, 3);
        upsert("a", 2);
        bucket.rebase(levels(foreign), List.of());
        LevelsEdit edit = bucket.checkpoint();

        assertThat(edit.dead()).isEqualTo(Map.of(foreign.location(), PositionSet.of(0, 1, 2)));
        assertThat(live(edit)).isEqualTo(Map.of(1L, "a", 2L, "a"));
    }

    @Test
    void aFlushThatMissesAFileBeginsAnewAfterARebase() throws Exception {
        DataFile gone = fixture.run("somebody", "x", 1, 2, 3);
        DataFile compacted = fixture.run("somebody", "x", 0, 1, 2, 3);
        bucket = bucket(levels(gone));
        fixture.indexes.forget(gone.location());
        fixture.catalog.io().deleteFile(gone.location());
        upsert("a", 1);
        delete(2);
        bucket.flushAhead(thread::add);
        upsert("b", 3);
        thread.remove().run();
        assertThatExceptionOfType(NotFoundException.class).isThrownBy(bucket::land);
        assertThat(bucket.bufferedRows()).isEqualTo(3);
        bucket.rebase(levels(compacted), List.of());
        LevelsEdit edit = bucket.checkpoint();

        assertThat(edit.dead()).isEqualTo(Map.of(compacted.location(), PositionSet.of(1, 2, 3)));
        assertThat(edit.deletedKeys()).containsExactly(fixture.key(2));
        assertThat(live(edit)).isEqualTo(Map.of(1L, "a", 3L, "b"));
    }

    @Test
    void aFailedFlushFailsWhoeverAsksForItAndLeavesNoFile() {
        onFile.add(() -> {});
        onFile.add(() -> {
            throw new UncheckedIOException(new IOException("disk full"));
        });
        for (long id = 0; id < 5_000; id++) {
            upsert("value " + id * 0x9E3779B97F4A7C15L, id);
        }
        bucket.flushAhead(thread::add);
        thread.remove().run();

        assertThatThrownBy(bucket::land).hasMessageContaining("disk full");
        assertThatThrownBy(bucket::checkpoint).hasMessageContaining("disk full");
        assertThat(runsWritten()).hasSize(1).noneMatch(fixture.catalog.io()::exists);
    }

    @Test
    void aFlushThatIsDiscardedBeforeItBeginsWritesNothing() {
        upsert("a", 1);
        bucket.flushAhead(thread::add);
        bucket.discard();
        thread.remove().run();

        assertThat(runsWritten()).isEmpty();
    }

    @Test
    void aFlushThatIsDiscardedOnItsWayStops() {
        onFile.add(bucket::discard);
        upsert("a", 1);
        bucket.flushAhead(thread::add);
        thread.remove().run();

        assertThat(onFile).isEmpty();
        assertThat(runsWritten()).noneMatch(fixture.catalog.io()::exists);
    }

    @Test
    void aFlushThatIsDiscardedBeforeItLandedIsDeleted() {
        upsert("a", 1);
        bucket.flushAhead(thread::add);
        thread.remove().run();
        bucket.discard();

        assertThat(runsWritten()).hasSize(1).noneMatch(fixture.catalog.io()::exists);
    }

    private Bucket bucket(Levels levels) {
        IntFunction<EncryptedOutputFile> files = fixture.table.runFiles(fixture.partition(), 0, "writer");
        return Bucket.uncompacted(
                new RunStore(
                        fixture.table.format(),
                        fixture.table.spec(),
                        fixture.partition(),
                        level -> {
                            if (!onFile.isEmpty()) {
                                onFile.remove(0).run();
                            }
                            return files.apply(level);
                        },
                        new RunStore.Storage(fixture.table.io(), fixture.indexes, 20_000, LevelProfiles.defaults())),
                levels,
                new BucketCounters());
    }

    private static Levels levels(DataFile file) {
        return new Levels(List.of(new LiveRun(RunFile.of(file), PositionSet.EMPTY)));
    }

    private void upsert(String value, long... ids) {
        for (long id : ids) {
            bucket.upsert(
                    KeyView.of(fixture.key(id)),
                    new RowDataSerializer(fixture.table.format().rowType())
                            .toBinaryRow(TableFixture.upsert(id, value)));
        }
    }

    private void delete(long... ids) {
        for (long id : ids) {
            bucket.delete(KeyView.of(fixture.key(id)));
        }
    }

    private List<String> runsWritten() {
        return fixture.catalog.io().written.stream()
                .filter(path -> path.endsWith(".parquet"))
                .toList();
    }

    private Map<Long, String> live(LevelsEdit edit) throws IOException {
        Map<Long, String> live = new TreeMap<>();
        for (RunFile run : edit.added()) {
            PositionSet dead = edit.dead().getOrDefault(run.location(), PositionSet.EMPTY);
            long position = 0;
            try (CloseableIterable<RowData> rows =
                    new RunReader(fixture.table.io(), fixture.table.format()).rows(run.file())) {
                for (RowData row : rows) {
                    if (!dead.contains(position++)) {
                        assertThat(live.put(row.getLong(0), row.getString(1).toString()))
                                .isNull();
                    }
                }
            }
        }
        return live;
    }
}
