package dev.firn.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.iceberg.TableHistory.Step;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.flink.CatalogLoader;
import org.apache.iceberg.flink.TableLoader;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableHistoryTest {

    private static final Schema SCHEMA = new Schema(
            List.of(
                    NestedField.required(1, "id", Types.LongType.get()),
                    NestedField.optional(2, "value", Types.IntegerType.get())),
            Set.of(1));

    @SuppressWarnings("NullAway.Init")
    private FaultyCatalog catalog;

    @SuppressWarnings("NullAway.Init")
    private Table table;

    @SuppressWarnings("NullAway.Init")
    private TableHistory history;

    @SuppressWarnings("NullAway.Init")
    private ForeignWriter writer;

    @BeforeEach
    void createTable() {
        catalog = new FaultyCatalog(SCHEMA, PartitionSpec.unpartitioned(), SortOrder.unsorted(), Map.of());
        table = catalog.table();
        writer = new ForeignWriter(table, new Random(1));
        history = TableHistory.open(catalog.loader());
    }

    @AfterEach
    void dropTable() throws Exception {
        history.close();
        catalog.close();
    }

    @Test
    void theOldestSnapshotOfAnEmptyTableIsNone() {
        assertThat(history.oldest(SnapshotStamp.EMPTY_TABLE)).isEqualTo(SnapshotStamp.EMPTY_TABLE);
    }

    @Test
    void leadsFromTheEmptyTableThroughEverySnapshot() {
        SnapshotStamp first = insert(1);
        SnapshotStamp second = insert(2);

        assertThat(history.between(SnapshotStamp.EMPTY_TABLE, second))
                .containsExactly(new Step(first, false), new Step(second, false));
        assertThat(history.between(first, second)).containsExactly(new Step(second, false));
        assertThat(history.between(second, second)).isEmpty();
    }

    @Test
    void compactionsAreMarked() {
        SnapshotStamp first = insert(1);
        writer.rewrite(writer.files());
        SnapshotStamp rewritten = newest();
        SnapshotStamp third = insert(2);

        assertThat(history.between(first, third)).containsExactly(new Step(rewritten, true), new Step(third, false));
    }

    @Test
    void aCompactionBehindExpiredSnapshotsIsNotTakenForOne() {
        SnapshotStamp first = insert(1);
        insert(2);
        writer.rewrite(writer.files());
        SnapshotStamp rewritten = newest();
        table.manageSnapshots().createTag("kept", first.id()).commit();
        writer.expireSnapshots();
        history.refresh();

        assertThat(history.between(first, rewritten))
                .as("what the expired snapshot changed shows in the compaction")
                .containsExactly(new Step(rewritten, false));
    }

    @Test
    void aRollbackIsOneStep() {
        SnapshotStamp first = insert(1);
        SnapshotStamp second = insert(2);
        table.manageSnapshots().rollbackTo(first.id()).commit();
        history.refresh();
        assertThat(history.between(second, history.newest())).containsExactly(new Step(first, false));

        SnapshotStamp third = insert(3);
        assertThat(history.between(second, third)).containsExactly(new Step(third, false));
    }

    @Test
    void findsTheSnapshotAsOfATime() {
        SnapshotStamp first = insert(1);
        SnapshotStamp second = insert(2);

        assertThat(history.asOf(first.commitMillis() - 1)).isEqualTo(SnapshotStamp.EMPTY_TABLE);
        assertThat(history.asOf(second.commitMillis())).isEqualTo(second);
        assertThat(history.asOf(Long.MAX_VALUE)).isEqualTo(second);
    }

    @Test
    void aTimeWhoseSnapshotExpiredIsAnErrorWithTheOldestOneLeft() {
        SnapshotStamp first = insert(1);
        SnapshotStamp second = insert(2);
        writer.expireSnapshots();
        history.refresh();

        assertThatThrownBy(() -> history.asOf(Math.min(first.commitMillis(), second.commitMillis() - 1)))
                .isInstanceOf(SnapshotGoneException.class)
                .hasMessageContaining("has expired")
                .hasMessageContaining("'earliest'");
        assertThat(history.oldest(second)).isEqualTo(second);
    }

    @Test
    void aConsumersTagKeepsTheSnapshotThatItHasRead() {
        SnapshotStamp first = insert(1);
        history.markConsumed("billing", first, Duration.ofDays(7));
        SnapshotStamp second = insert(2);
        writer.delete(row -> true);
        writer.expireSnapshots();
        history.refresh();

        assertThat(history.consumed("billing")).contains(first);
        assertThat(history.snapshot(first.id())).isPresent();
        assertThat(history.snapshot(second.id())).isEmpty();
        assertThat(history.files(SCHEMA, Expressions.alwaysTrue()).goTo(first).files())
                .as("its files can still be read")
                .allSatisfy(
                        file -> assertThat(table.io().newInputFile(file.file()).exists())
                                .isTrue());
    }

    @Test
    void aConsumersTagMovesAndExpiresByAge() {
        SnapshotStamp first = insert(1);
        history.markConsumed("billing", first, Duration.ofDays(7));
        SnapshotStamp second = insert(2);
        history.markConsumed("billing", second, Duration.ofMillis(1));
        table.refresh();

        assertThat(history.consumed("billing")).contains(second);
        assertThat(Objects.requireNonNull(table.refs().get("firn-consumer-billing"))
                        .maxRefAgeMs())
                .isEqualTo(1);
        insert(3);
        writer.expireSnapshots();
        history.refresh();
        assertThat(history.consumed("billing"))
                .as("nobody came for longer than its age")
                .isEmpty();
    }

    @Test
    void addedColumnsDoNotDisturbAReader() {
        table.updateSchema()
                .addColumn("more", Types.StringType.get())
                .renameColumn("value", "amount")
                .commit();
        history.refresh();

        assertThatCode(() -> history.checkStillReadable(SCHEMA, List.of("id"))).doesNotThrowAnyException();
    }

    @Test
    void aDroppedColumnIsAnErrorWithARemedy() {
        table.updateSchema().deleteColumn("value").commit();
        history.refresh();

        assertThatThrownBy(() -> history.checkStillReadable(SCHEMA, List.of("id")))
                .isInstanceOf(UnsupportedTableException.class)
                .hasMessageContaining("column 'value' was dropped")
                .hasMessageContaining("Start the job again");
    }

    @Test
    void aColumnOfAnotherTypeIsAnErrorWithARemedy() {
        table.updateSchema().updateColumn("value", Types.LongType.get()).commit();
        history.refresh();

        assertThatThrownBy(() -> history.checkStillReadable(SCHEMA, List.of("id")))
                .isInstanceOf(UnsupportedTableException.class)
                .hasMessageContaining("column 'value' was optional int and is optional long now");
    }

    @Test
    void anotherPrimaryKeyIsAnErrorWithARemedy() {
        table.updateSchema()
                .allowIncompatibleChanges()
                .requireColumn("value")
                .setIdentifierFields("value")
                .commit();
        history.refresh();

        assertThatThrownBy(() -> history.checkStillReadable(SCHEMA.select("id"), List.of("id")))
                .isInstanceOf(UnsupportedTableException.class)
                .hasMessageContaining("the primary key is [value] now, and was [id]");
    }

    @Test
    void aTableWithoutPrimaryKeyIsRefused() {
        table.updateSchema().setIdentifierFields(Set.of()).commit();

        assertThatThrownBy(() -> TableHistory.open(catalog.loader()))
                .isInstanceOf(UnsupportedTableException.class)
                .hasMessageContaining("has no primary key");
    }

    @Test
    void aTableThatWasDroppedOrReplacedIsAnErrorWithARemedy(@TempDir Path warehouse) throws Exception {
        TableIdentifier name = TableIdentifier.of("db", "orders");
        CatalogLoader loader =
                CatalogLoader.hadoop("lake", new Configuration(), Map.of("warehouse", warehouse.toString()));
        try (HadoopCatalog lake = new HadoopCatalog(new Configuration(), warehouse.toString())) {
            lake.createTable(name, SCHEMA, PartitionSpec.unpartitioned(), Map.of("format-version", "3"));
            try (TableHistory reader = TableHistory.open(TableLoader.fromCatalog(loader, name))) {
                lake.dropTable(name);
                assertThatThrownBy(reader::refresh)
                        .isInstanceOf(TableGoneException.class)
                        .hasMessageContaining("was dropped");
                lake.createTable(name, SCHEMA, PartitionSpec.unpartitioned(), Map.of("format-version", "3"))
                        .updateProperties()
                        .set("a-second", "version")
                        .commit();
                assertThatThrownBy(reader::refresh)
                        .isInstanceOf(TableGoneException.class)
                        .hasMessageContaining("was replaced by another table");
            }
        }
    }

    private SnapshotStamp insert(long id) {
        GenericRecord row = GenericRecord.create(SCHEMA);
        row.setField("id", id);
        writer.insert(List.<Record>of(row));
        return newest();
    }

    private SnapshotStamp newest() {
        history.refresh();
        Snapshot newest = Objects.requireNonNull(catalog.table().currentSnapshot());
        assertThat(history.newest().id()).isEqualTo(newest.snapshotId());
        return history.newest();
    }
}
