package dev.firn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.e2e.Told.Tale;
import dev.firn.e2e.cluster.SparkProcess;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.apache.flink.types.RowKind;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A feed of a table that Firn wrote, and Spark after it. */
@Timeout(120)
final class SparkChangesTest {

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster();

    private static final Changelog CHANGELOG = new Changelog(7, 3_000, 200);

    @TempDir
    private Path disk;

    /** What a statement left behind. */
    private record Step(Snapshot snapshot, List<Tale> changes) {

        List<RowKind> kinds() {
            return changes.stream().map(tale -> tale.change().kind()).distinct().toList();
        }
    }

    @Test
    void tellsWhatSparkChangesByDeletionVectorsAndByCopyOnWriteAndNothingOfItsCompactions() throws Exception {
        try (Warehouse warehouse = Warehouse.Kind.HADOOP.create(disk);
                SparkProcess spark = SparkProcess.onWarehouse(disk, disk)) {
            CLUSTER.run(new FirnJob(warehouse, CHANGELOG, disk));
            int byFirn = new FeedOracle(warehouse.table()).snapshots().size();
            Snapshot written = warehouse.table().currentSnapshot();
            assertThat(spark.rows("SELECT region, id, value FROM lake.db.changes ORDER BY region, id"))
                    .as("rows that Spark reads")
                    .isEqualTo(SnapshotOracle.rows(warehouse.table(), written).entrySet().stream()
                            .map(row ->
                                    row.getKey().region() + "|" + row.getKey().id() + "|" + row.getValue())
                            .toList());

            spark.execute(modes("merge-on-read"));
            changeEverything(spark, "dv");
            spark.execute("CALL lake.system.rewrite_data_files(table => 'db.changes',"
                    + " options => map('rewrite-all', 'true'))");
            spark.execute(modes("copy-on-write"));
            changeEverything(spark, "cow");
            spark.execute("CALL lake.system.rewrite_data_files(table => 'db.changes',"
                    + " options => map('rewrite-all', 'true'))");

            Told told = new Told();
            CLUSTER.run(new FeedJob(warehouse, told, disk).untilLatest());
            FeedOracle oracle = new FeedOracle(warehouse.table());
            assertThat(told.byKey()).isEqualTo(oracle.byKey());

            List<Step> steps = oracle.snapshots().stream()
                    .skip(byFirn)
                    .map(snapshot -> new Step(snapshot, changes(told, snapshot)))
                    .toList();
            assertThat(steps).hasSize(10);
            byDeletionVectors(steps.subList(0, 3));
            onlyRowsThatDiffer(steps.subList(5, 8));
            for (List<Step> half : List.of(steps.subList(0, 5), steps.subList(5, 10))) {
                assertThat(half.get(0).kinds()).containsExactly(RowKind.DELETE);
                assertThat(half.get(1).kinds()).containsExactly(RowKind.UPDATE_BEFORE, RowKind.UPDATE_AFTER);
                assertThat(half.get(2).kinds())
                        .containsExactlyInAnyOrder(
                                RowKind.UPDATE_BEFORE, RowKind.UPDATE_AFTER, RowKind.INSERT, RowKind.DELETE);
                assertThat(half.get(3).kinds()).containsExactly(RowKind.INSERT);
                assertThat(half.get(4).snapshot().operation()).isEqualTo(DataOperations.REPLACE);
                assertThat(half.get(4).changes()).isEmpty();
            }
        }
    }

    private static String modes(String mode) {
        return "ALTER TABLE lake.db.changes SET TBLPROPERTIES ('write.delete.mode' = '%1$s', 'write.update.mode' = '%1$s',"
                        .formatted(mode)
                + " 'write.merge.mode' = '%s')".formatted(mode);
    }

    /** One DELETE, UPDATE, MERGE and INSERT, each a snapshot. */
    private static void changeEverything(SparkProcess spark, String mark) throws Exception {
        spark.execute("DELETE FROM lake.db.changes WHERE id %% 7 = %d".formatted(mark.length()));
        spark.execute("UPDATE lake.db.changes SET value = concat(value, ' %s') WHERE id %% 5 = 1".formatted(mark));
        spark.execute("""
                MERGE INTO lake.db.changes t
                USING (SELECT IF(n %% 3 = 0, 'north', 'south') region, n - 100 id, concat('merged %1$s ', n) value
                       FROM (SELECT explode(sequence(0, 250, 3)) n)) s
                ON t.region = s.region AND t.id = s.id
                WHEN MATCHED AND t.id %% 2 = 0 THEN DELETE
                WHEN MATCHED THEN UPDATE SET t.value = s.value
                WHEN NOT MATCHED THEN INSERT *""".formatted(mark));
        spark.execute("""
                INSERT INTO lake.db.changes
                SELECT 'west %1$s', n, concat('inserted ', n) FROM (SELECT explode(sequence(1L, 50L)) n)""".formatted(mark));
    }

    private static List<Tale> changes(Told told, Snapshot snapshot) {
        return told.byKey().values().stream()
                .flatMap(Collection::stream)
                .filter(tale -> tale.snapshot() == snapshot.snapshotId())
                .toList();
    }

    private static void byDeletionVectors(List<Step> steps) {
        for (Step step : steps) {
            assertThat(step.snapshot().summary()).containsKey(SnapshotSummary.ADDED_DVS_PROP);
        }
    }

    /** Whole files are rewritten, with rows in them that stay as they are. */
    private static void onlyRowsThatDiffer(List<Step> steps) {
        for (Step step : steps) {
            assertThat(step.snapshot().operation()).isEqualTo(DataOperations.OVERWRITE);
            assertThat(step.snapshot().summary()).doesNotContainKey(SnapshotSummary.ADDED_DVS_PROP);
            int written = Integer.parseInt(
                    Objects.requireNonNull(step.snapshot().summary().get(SnapshotSummary.ADDED_RECORDS_PROP)));
            long differing = step.changes().stream()
                    .map(tale -> tale.change().kind())
                    .filter(kind -> kind == RowKind.UPDATE_AFTER || kind == RowKind.INSERT)
                    .count();
            assertThat(differing)
                    .as("rows that differ, of those that %s wrote", step.snapshot())
                    .isLessThan(written);
        }
    }
}
