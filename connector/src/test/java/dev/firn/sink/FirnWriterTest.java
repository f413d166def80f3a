package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.iceberg.CheckpointChanges;
import dev.firn.iceberg.CommitOptions;
import dev.firn.iceberg.FirnTable;
import dev.firn.iceberg.Marker;
import dev.firn.iceberg.SnapshotCommitter;
import dev.firn.iceberg.TableFixture;
import dev.firn.iceberg.WriterChanges;
import dev.firn.index.KeyIndexes;
import dev.firn.lsm.BucketCounters;
import dev.firn.lsm.FlushThread;
import dev.firn.run.LevelProfiles;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirnWriterTest {

    private static final long LARGE = 1L << 30;

    @TempDir
    Path localDisk;

    private TableFixture fixture;
    private KeyIndexes indexes;
    private FirnWriter writer;
    private long checkpointId;

    @BeforeEach
    void open() {
        open(1, LARGE);
    }

    @AfterEach
    void close() throws Exception {
        writer.close();
        fixture.close();
    }

    @Test
    void aMillionUpdatesOfOneKeyStayWithinTheBudgetAndLeaveOneRowInOneFile() throws Exception {
        close();
        open(1, 4_000);
        for (int i = 0; i < 1_000_000; i++) {
            writer.write(TableFixture.upsert(1, "value " + i));
        }
        assertThat(runsWritten()).isEmpty();
        checkpoint();

        assertThat(runsWritten()).hasSize(1);
        assertThat(fixture.rows()).containsOnlyKeys(1L).containsEntry(1L, "value 999999");
    }

    @Test
    void anUpdateWhoseNewRowNeverComesDeletesIfTheWriterIsToldSo() throws Exception {
        writer.write(TableFixture.upsert(1, "a"));
        writer.write(TableFixture.upsert(2, "b"));
        checkpoint();
        writer.write(TableFixture.row(RowKind.UPDATE_BEFORE, 1L, "a"));
        checkpoint();
        assertThat(fixture.rows()).as("ignored by default").containsOnlyKeys(1L, 2L);

        writer.taking(UpdateBefore.DELETES);
        writer.write(TableFixture.row(RowKind.UPDATE_BEFORE, 1L, "a"));
        writer.write(TableFixture.row(RowKind.UPDATE_BEFORE, 2L, "b"));
        writer.write(TableFixture.row(RowKind.UPDATE_AFTER, 2L, "B"));
        checkpoint();
        assertThat(fixture.rows()).containsExactly(Map.entry(2L, "B"));
    }

    @Test
    void aFullBufferFlushesTheLargestBucketEarly() throws Exception {
        close();
        open(2, 20_000);
        // 0 and 1 lie in different buckets
        writer.write(TableFixture.upsert(0, "small"));
        String large = "x".repeat(1_000);
        long id = 1;
        while (runsWritten().isEmpty()) {
            writer.write(TableFixture.upsert(id, large));
            id += router().getKey(TableFixture.upsert(id + 1, "")).equals(routeOf(1)) ? 1 : 2;
        }

        assertThat(id).isBetween(10L, 80L);
        assertThat(runsWritten()).hasSize(1).allMatch(path -> path.contains("id_bucket=" + routeOf(1)));
        checkpoint();
        assertThat(runsWritten()).hasSize(2);
        assertThat(fixture.rows()).containsEntry(0L, "small").containsEntry(1L, large);
    }

    @Test
    void theLastChangeWinsAcrossEarlyFlushes() throws Exception {
        close();
        open(1, 1);
        for (int i = 0; i < 20; i++) {
            writer.write(TableFixture.upsert(i % 3, "v" + i));
        }
        writer.write(TableFixture.row(RowKind.DELETE, 0L, null));
        checkpoint();

        assertThat(fixture.rows())
                .containsOnlyKeys(1L, 2L)
                .containsEntry(1L, "v19")
                .containsEntry(2L, "v17");
    }

    @Test
    void aNullKeyIsAnErrorThatNamesTheColumn() {
        assertThatThrownBy(() -> writer.write(TableFixture.row(RowKind.INSERT, null, "v")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'id'")
                .hasMessageContaining("NULL");
    }

    @Test
    void aDeleteNeedsTheKeyAlone() throws Exception {
        writer.write(TableFixture.upsert(1, "a"));
        writer.write(TableFixture.upsert(2, "a"));
        checkpoint();
        writer.write(TableFixture.row(RowKind.DELETE, 1L, null));
        checkpoint();

        assertThat(fixture.rows()).containsOnlyKeys(2L);
    }

    @Test
    void anUpdateBeforeIsIgnored() throws Exception {
        writer.write(TableFixture.upsert(1, "a"));
        writer.write(TableFixture.row(RowKind.UPDATE_BEFORE, 1L, "a"));
        checkpoint();

        assertThat(fixture.rows()).containsOnlyKeys(1L);
    }

    @Test
    void aCheckpointWithoutRowsHandsNothingOver() throws Exception {
        assertThat(writer.prepareCommit()).isEmpty();
        writer.write(TableFixture.upsert(1, "a"));
        checkpoint();
        assertThat(writer.prepareCommit()).isEmpty();
    }

    @Test
    void aFlushIntoATableAHundredTimesItsSizeOpensNoDataFileAndReadsFewBlocks() throws Exception {
        for (long id = 0; id < 100_000; id++) {
            writer.write(TableFixture.upsert(id, "a"));
        }
        checkpoint();
        long blocks = 100_000 / 128;
        fixture.catalog.io().clear();

        long before = indexes.statistics().blocksRead();
        for (long id = 40_000; id < 41_000; id++) {
            writer.write(TableFixture.upsert(id, "b"));
        }
        List<WriterChanges> neighbours = prepare();
        assertThat(dead(neighbours)).isEqualTo(1_000);
        assertThat(indexes.statistics().blocksRead() - before).isLessThan(blocks / 50);

        before = indexes.statistics().blocksRead();
        for (long id = 0; id < 100_000; id += 1_000) {
            writer.write(TableFixture.upsert(id, "c"));
        }
        List<WriterChanges> scattered = prepare();
        assertThat(dead(scattered)).isEqualTo(100);
        assertThat(indexes.statistics().blocksRead() - before).isLessThanOrEqualTo(102);

        assertThat(indexes.statistics().rebuilds()).isZero();
        assertThat(fixture.catalog.io().dataFilesRead()).isEmpty();
        assertThat(fixture.catalog.io().read).noneMatch(path -> path.endsWith(".puffin"));
    }

    @Test
    void aDiscardedWriterLeavesNoFileThatNoCheckpointWasToldOf() throws Exception {
        close();
        open(1, 1);
        writer.write(TableFixture.upsert(1, "a"));
        List<String> early = runsWritten();
        writer.close();

        assertThat(early).hasSize(1).noneMatch(fixture.catalog.io()::exists);
    }

    private void open(int buckets, long writeBufferBytes) {
        fixture = new TableFixture(localDisk.resolve("committer"), buckets);
        FirnTable own = FirnTable.open(fixture.catalog.loader());
        indexes = KeyIndexes.open(
                localDisk.resolve("writer"), 1 << 20, own.keyEncoder().format(), own.keySource());
        writer = new FirnWriter(
                own,
                new WriterResources(
                        indexes,
                        new WriterResources.Buffers(writeBufferBytes, LARGE, FlushThread.on(Runnable::run)),
                        LevelProfiles.defaults(),
                        null,
                        new BucketCounters()),
                new WriterPlace(router(), new WriterPlace.Subtask(0, 1), "job", OptionalLong.empty(), false));
    }

    private BucketRouter router() {
        return BucketRouter.of(fixture.table);
    }

    private Integer routeOf(long id) {
        return router().getKey(TableFixture.upsert(id, ""));
    }

    private List<WriterChanges> prepare() throws Exception {
        Collection<WriterChanges> changes = writer.prepareCommit();
        writer.snapshotState(++checkpointId);
        return List.copyOf(changes);
    }

    private void checkpoint() throws Exception {
        List<WriterChanges> changes = prepare();
        new SnapshotCommitter(fixture.table, fixture.indexes, CommitOptions.of("job"))
                .commit(new CheckpointChanges(new Marker("s", checkpointId, "i"), Optional.empty(), changes));
    }

    private static long dead(List<WriterChanges> changes) {
        return changes.stream()
                .flatMap(writer -> writer.dead().values().stream())
                .mapToLong(dead -> dead.cardinality())
                .sum();
    }

    private List<String> runsWritten() {
        return fixture.catalog.io().written.stream()
                .filter(path -> path.endsWith(".parquet"))
                .toList();
    }
}
