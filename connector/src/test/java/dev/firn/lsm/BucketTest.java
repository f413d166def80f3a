package dev.firn.lsm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.iceberg.TableFixture;
import dev.firn.index.RunStore;
import dev.firn.key.Key;
import dev.firn.key.KeyView;
import dev.firn.run.LevelProfiles;
import dev.firn.run.RunFile;
import dev.firn.run.RunReader;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BucketTest {

    private static final long LARGE = 1L << 30;

    @TempDir
    Path localDisk;

    private TableFixture fixture;
    private Bucket bucket;

    @BeforeEach
    void createTable() {
        fixture = new TableFixture(localDisk);
        bucket = bucket(LARGE);
    }

    @AfterEach
    void dropTable() throws Exception {
        fixture.close();
    }

    @Test
    void theLastChangeOfAKeyWinsAcrossEarlyFlushes() throws Exception {
        upsert(1, "a");
        upsert(2, "a");
        upsert(3, "a");
        bucket.flush();
        upsert(1, "b");
        delete(2);
        bucket.flush();
        upsert(2, "c");
        upsert(1, "c");
        bucket.flush();
        delete(1);

        assertThat(live(bucket.checkpoint())).isEqualTo(Map.of(2L, "c", 3L, "a"));
    }

    @Test
    void changesOfLaterCheckpointsSupersedeTheRowsOfEarlierOnes() throws Exception {
        upsert(1, "a");
        upsert(2, "a");
        LevelsEdit first = bucket.checkpoint();
        upsert(2, "b");
        delete(1);
        LevelsEdit second = bucket.checkpoint();

        String location = first.added().get(0).location();
        assertThat(second.dead()).isEqualTo(Map.of(location, PositionSet.of(0, 1)));
        assertThat(second.deletedKeys()).containsExactly(fixture.key(1));
        assertThat(live(first, second)).isEqualTo(Map.of(2L, "b"));
        assertThat(bucket.checkpoint().isEmpty()).isTrue();
    }

    @Test
    void aFileWhoseRowsAllDiedInItsOwnCheckpointIsDeletedAndLeftOut() throws Exception {
        upsert(1, "a");
        upsert(2, "a");
        bucket.flush();
        String stillborn = bucket.levels().runs().get(0).location();
        delete(1);
        upsert(2, "b");
        LevelsEdit edit = bucket.checkpoint();

        assertThat(edit.added()).hasSize(1).noneMatch(run -> run.location().equals(stillborn));
        assertThat(edit.dead()).isEmpty();
        assertThat(fixture.catalog.io().exists(stillborn)).isFalse();
        assertThat(bucket.levels().runs()).hasSize(1);
        assertThat(live(edit)).isEqualTo(Map.of(2L, "b"));
    }

    @Test
    void aDeleteOfAnAbsentKeyWritesNothing() throws Exception {
        delete(1);
        LevelsEdit edit = bucket.checkpoint();

        assertThat(edit.added()).isEmpty();
        assertThat(edit.dead()).isEmpty();
        assertThat(edit.deletedKeys()).containsExactly(fixture.key(1));
        assertThat(fixture.catalog.io().written).isEmpty();
    }

    @Test
    void aRunIsCutBetweenKeysAtTheTargetSize() throws Exception {
        bucket = bucket(20_000);
        Random random = new Random(1);
        for (long id = 0; id < 2_000; id++) {
            byte[] bytes = new byte[100];
            random.nextBytes(bytes);
            upsert(id, new BigInteger(bytes).toString(36));
        }
        LevelsEdit edit = bucket.checkpoint();

        assertThat(edit.added()).hasSizeGreaterThan(5);
        long next = 0;
        for (RunFile run : edit.added()) {
            assertThat(run.file().fileSizeInBytes()).isLessThan(60_000);
            for (long id : ids(run.file())) {
                assertThat(id).isEqualTo(next++);
            }
        }
        assertThat(next).isEqualTo(2_000);
    }

    @Test
    void aFileIsSortedByKeyWithItsLevelInItsNameItsSortOrderAndExactBounds() throws Exception {
        for (long id : new long[] {5, -3, 1L << 40, 0, -(1L << 40)}) {
            upsert(id, "v");
        }
        DataFile file = bucket.checkpoint().added().get(0).file();

        assertThat(ids(file)).containsExactly(-(1L << 40), -3L, 0L, 5L, 1L << 40);
        assertThat(file.location()).endsWith("-L0.parquet");
        assertThat(file.sortOrderId())
                .isEqualTo(fixture.catalog.table().sortOrder().orderId());
        assertThat((Long) Conversions.fromByteBuffer(
                        Types.LongType.get(), file.lowerBounds().get(1)))
                .isEqualTo(-(1L << 40));
        assertThat((Long) Conversions.fromByteBuffer(
                        Types.LongType.get(), file.upperBounds().get(1)))
                .isEqualTo(1L << 40);
    }

    @Test
    void whatNoCheckpointWasToldOfIsDiscarded() throws Exception {
        upsert(1, "a");
        String announced = bucket.checkpoint().added().get(0).location();
        upsert(2, "a");
        bucket.flush();
        String pending = bucket.levels().runs().get(1).location();
        bucket.discard();

        assertThat(fixture.catalog.io().exists(announced)).isTrue();
        assertThat(fixture.catalog.io().exists(pending)).isFalse();
    }

    @Test
    void aRebaseMakesTheRunningCheckpointSupersedeRowsThatSomebodyElseAdded() throws Exception {
        upsert(1, "a");
        upsert(2, "a");
        LevelsEdit uncommitted = bucket.checkpoint();
        upsert(1, "b");
        delete(3);
        bucket.flush();
        DataFile foreign = fixture.run("somebody", "x", 1, 2, 3, 4);
        bucket.rebase(new Levels(List.of(new LiveRun(RunFile.of(foreign), PositionSet.EMPTY))), List.of(uncommitted));
        LevelsEdit running = bucket.checkpoint();

        // 2 is the handed over edit's to supersede, when it is committed
        assertThat(running.dead()).containsEntry(foreign.location(), PositionSet.of(0, 2));
        assertThat(running.dead()).containsEntry(uncommitted.added().get(0).location(), PositionSet.of(0));
        assertThat(bucket.levels().runs()).hasSize(3);
    }

    @Test
    void afterARebaseRowsOfSomebodyElseAreSuperseded() throws Exception {
        DataFile foreign = fixture.run("somebody", "x", 1, 2);
        bucket.rebase(new Levels(List.of(new LiveRun(RunFile.of(foreign), PositionSet.of(0)))), List.of());
        upsert(1, "a");
        upsert(2, "a");

        assertThat(bucket.checkpoint().dead()).isEqualTo(Map.of(foreign.location(), PositionSet.of(1)));
    }

    private Bucket bucket(long targetFileBytes) {
        return Bucket.uncompacted(
                new RunStore(
                        fixture.table.format(),
                        fixture.table.spec(),
                        fixture.partition(),
                        fixture.table.runFiles(
                                fixture.partition(), 0, UUID.randomUUID().toString()),
                        new RunStore.Storage(
                                fixture.table.io(), fixture.indexes, targetFileBytes, LevelProfiles.defaults())),
                Levels.EMPTY,
                new BucketCounters());
    }

    private void upsert(long id, String value) {
        RowData row = TableFixture.upsert(id, value);
        Key key = fixture.key(id);
        bucket.upsert(
                KeyView.of(key), new RowDataSerializer(fixture.table.format().rowType()).toBinaryRow(row));
    }

    private void delete(long id) {
        bucket.delete(KeyView.of(fixture.key(id)));
    }

    private List<Long> ids(DataFile file) throws IOException {
        List<Long> ids = new ArrayList<>();
        try (CloseableIterable<RowData> rows = new RunReader(fixture.table.io(), fixture.table.format()).rows(file)) {
            rows.forEach(row -> ids.add(row.getLong(0)));
        }
        return ids;
    }

    private Map<Long, String> live(LevelsEdit... edits) throws IOException {
        Map<String, PositionSet> dead = new HashMap<>();
        for (LevelsEdit edit : edits) {
            edit.dead().forEach((location, positions) -> dead.merge(location, positions, PositionSet::union));
        }
        Map<Long, String> live = new TreeMap<>();
        for (LevelsEdit edit : edits) {
            for (RunFile run : edit.added()) {
                long position = 0;
                try (CloseableIterable<RowData> rows =
                        new RunReader(fixture.table.io(), fixture.table.format()).rows(run.file())) {
                    for (RowData row : rows) {
                        if (!dead.getOrDefault(run.location(), PositionSet.EMPTY)
                                .contains(position++)) {
                            assertThat(live.put(row.getLong(0), row.getString(1).toString()))
                                    .isNull();
                        }
                    }
                }
            }
        }
        return live;
    }
}
