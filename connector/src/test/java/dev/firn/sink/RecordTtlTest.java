package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.compaction.CompactionOptions;
import dev.firn.compaction.CompactionStrategy;
import dev.firn.iceberg.FaultyCatalog;
import dev.firn.iceberg.TableFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordTtlTest {

    private static final long TTL = RecordTtlTable.TTL.toMillis();

    @TempDir
    Path localDisk;

    private RecordTtlTable table;

    @BeforeEach
    void create() throws Exception {
        table = table(Map.of());
    }

    private RecordTtlTable table(Map<String, String> properties) throws Exception {
        return new RecordTtlTable(
                localDisk,
                CompactionConfig.defaults().withOptions(CompactionOptions.of(CompactionStrategy.LEVELED)),
                1,
                properties);
    }

    @AfterEach
    void drop() throws Exception {
        table.close();
    }

    @Test
    void aFileWhoseRowsHaveAllExpiredDiesAndGoesWithoutBeingRead() throws Exception {
        write(0, 10, "old");
        table.checkpoint();
        table.pass(TTL);
        write(10, 12, "new");
        table.catalog.io().clear();
        table.checkpoint();

        assertThat(table.operations())
                .containsExactly(DataOperations.APPEND, DataOperations.OVERWRITE, DataOperations.REPLACE);
        assertThat(table.rows(snapshot(1))).isEqualTo(Map.of(10L, "new", 11L, "new"));
        assertThat(table.rows()).isEqualTo(Map.of(10L, "new", 11L, "new"));
        assertThat(table.catalog.io().dataFilesRead()).isEmpty();
        assertThat(dataFiles(snapshot(1))).isEqualTo("2");
        assertThat(dataFiles(snapshot(2))).isEqualTo("1");
    }

    @Test
    void rowsThatHaveNotExpiredStay() throws Exception {
        write(0, 10, "old");
        table.checkpoint();
        table.pass(TTL - 1);
        table.compact();

        assertThat(table.operations()).containsExactly(DataOperations.APPEND);
    }

    @Test
    void rowsThatExpireBeforeTheyAreCommittedAreCommittedAndThenGo() throws Exception {
        write(0, 3, "old");
        table.pass(TTL);
        table.checkpoint();
        assertThat(table.rows()).hasSize(3);
        table.checkpoint();

        assertThat(table.rows()).isEmpty();
        assertThat(table.operations())
                .containsExactly(DataOperations.APPEND, DataOperations.DELETE, DataOperations.REPLACE);
    }

    @Test
    void aFileOfWhichMostHasExpiredIsRewrittenOnceTheRowsHaveDied() throws Exception {
        for (long id = 0; id < 100; id++) {
            table.upsert(id, table.now() + id, "v");
        }
        table.checkpoint();
        table.pass(TTL + 79);
        table.compact();

        assertThat(table.operations())
                .containsExactly(DataOperations.APPEND, DataOperations.DELETE, DataOperations.REPLACE);
        assertThat(table.rows(snapshot(1))).hasSize(20).doesNotContainKey(79L).containsKey(80L);
        assertThat(table.rows()).isEqualTo(table.rows(snapshot(1)));
    }

    @Test
    void aFileOfWhichLittleHasExpiredIsLeftAlone() throws Exception {
        for (long id = 0; id < 100; id++) {
            table.upsert(id, table.now() + id, "v");
        }
        table.checkpoint();
        table.pass(TTL + 30);
        table.compact();

        assertThat(table.operations()).containsExactly(DataOperations.APPEND);
    }

    @Test
    void whatHasExpiredGoesAtTheLatestWhenItIsTwiceAsOldAsItShouldGet() throws Exception {
        write(0, 99, "old");
        table.upsert(99, Long.MAX_VALUE, "for ever");
        table.checkpoint();
        table.pass(2 * TTL - 1);
        table.compact();
        assertThat(table.rows()).hasSize(100);
        table.pass(1);
        table.compact();

        assertThat(table.rows()).isEqualTo(Map.of(99L, "for ever"));
    }

    @Test
    void rowsWithoutATimeStay() throws Exception {
        write(0, 9, "old");
        table.upsert(9, null, "timeless");
        table.checkpoint();
        table.pass(100 * TTL);
        table.compact();
        table.compact();

        assertThat(table.rows()).isEqualTo(Map.of(9L, "timeless"));
    }

    @Test
    void anUpdateOfAnExpiredRowRevivesIt() throws Exception {
        write(0, 10, "old");
        table.checkpoint();
        table.pass(TTL);
        table.upsert(3, table.now(), "revived");
        table.checkpoint();
        table.upsert(4, table.now(), "came back");
        table.compact();

        assertThat(table.rows(snapshot(1))).isEqualTo(Map.of(3L, "revived"));
        assertThat(table.rows()).isEqualTo(Map.of(3L, "revived", 4L, "came back"));
    }

    @Test
    void anUpdateDuringTheMergeThatDropsTheOldRowWins() throws Exception {
        write(0, 10, "old");
        table.upsert(10, null, "timeless");
        table.checkpoint();
        table.pass(TTL);
        table.checkpoint();
        table.threads.runAll();
        table.upsert(3, table.now(), "revived");
        table.checkpoint();

        assertThat(table.operations())
                .containsExactly(DataOperations.APPEND, DataOperations.OVERWRITE, DataOperations.REPLACE);
        assertThat(table.rows(snapshot(1))).isEqualTo(Map.of(3L, "revived", 10L, "timeless"));
        assertThat(table.rows()).isEqualTo(Map.of(3L, "revived", 10L, "timeless"));
    }

    @Test
    void rowsExpireInBucketsThatNobodyWritesTo() throws Exception {
        write(0, 10, "old");
        table.checkpoint();
        table.restart();
        table.pass(TTL);
        table.checkpoint();

        assertThat(table.rows()).isEmpty();
    }

    @Test
    void withoutBoundsInTheMetricsRowsExpireWhenTheirFileIsMerged() throws Exception {
        table.close();
        table = table(Map.of("write.metadata.metrics.column.at", "none"));
        write(0, 10, "old");
        table.checkpoint();
        table.pass(TTL);
        table.compact();
        assertThat(table.rows()).hasSize(10);
        for (int run = 0; run < 4; run++) {
            table.upsert(-1 - run, null, "timeless");
            table.upsert(10 + run, null, "timeless");
            table.checkpoint();
        }
        table.compact();

        assertThat(table.rows())
                .containsOnlyKeys(-4L, -3L, -2L, -1L, 10L, 11L, 12L, 13L)
                .containsValue("timeless");
    }

    @Test
    void theTimeColumnIsFoundWhereSomebodyMovesItWhileTheJobRuns() throws Exception {
        write(0, 9, "old");
        table.upsert(9, table.now() + 1, "young");
        table.checkpoint();
        table.table()
                .updateSchema()
                .addColumn("first", Types.LongType.get())
                .moveFirst("first")
                .commit();
        table.pass(TTL);
        write(20, 21, "new");
        table.compact();
        table.compact();

        assertThat(table.table().currentSnapshot().summary().get("total-records"))
                .isEqualTo("2");
    }

    @Test
    void aTimeColumnThatIsDroppedWhileTheJobRunsIsAnErrorThatNamesIt() throws Exception {
        write(0, 10, "old");
        table.checkpoint();
        table.table().updateSchema().deleteColumn("at").commit();

        assertThatThrownBy(table::compact).hasMessageContaining("no column 'at'");
    }

    @Test
    void aSinkWhoseTimeColumnIsMissingOrTellsNoTimeIsNotBuilt() throws Exception {
        try (FaultyCatalog accounts = new TableFixture(localDisk).catalog) {
            assertThatThrownBy(() -> sink(accounts, "at"))
                    .hasMessageContaining("no column 'at'")
                    .hasMessageContaining("[id, value]");
            assertThatThrownBy(() -> sink(accounts, "value"))
                    .hasMessageContaining("'value' is string")
                    .hasMessageContaining("Choose a TIMESTAMP");
            sink(accounts, "id");
        }
    }

    private static void sink(FaultyCatalog catalog, String column) {
        FirnSink.forRowData(catalog.loader())
                .config(SinkConfig.defaults()
                        .withCompaction(CompactionConfig.defaults().withTtl(new RecordTtl(Duration.ofDays(1), column))))
                .build();
    }

    @Test
    void aTimeToLiveNeedsCompaction() {
        assertThatThrownBy(() ->
                        CompactionConfig.defaults().withThreads(0).withTtl(new RecordTtl(Duration.ofDays(1), "at")))
                .hasMessageContaining("'compaction.threads'")
                .hasMessageContaining("'record.ttl'");
        assertThatThrownBy(() -> new RecordTtl(Duration.ZERO, "at")).hasMessageContaining("positive");
    }

    /** Rows of now. */
    private void write(long from, long to, String value) throws Exception {
        for (long id = from; id < to; id++) {
            table.upsert(id, table.now(), value);
        }
    }

    private Snapshot snapshot(int number) {
        List<Snapshot> snapshots = table.snapshots();
        return snapshots.get(number);
    }

    private static String dataFiles(Snapshot snapshot) {
        return String.valueOf(snapshot.summary().get("total-data-files"));
    }
}
