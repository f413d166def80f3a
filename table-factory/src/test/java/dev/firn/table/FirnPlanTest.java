package dev.firn.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.ExplainDetail;
import org.apache.flink.table.api.TableEnvironment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirnPlanTest {

    @TempDir
    private Path warehouse;

    private final TableEnvironment streaming = TableEnvironment.create(EnvironmentSettings.inStreamingMode());

    @BeforeEach
    void declare() {
        source("upserts", "upsert", "(id BIGINT, n INT, note STRING, PRIMARY KEY (id) NOT ENFORCED)");
        source("changes", "all", "(id BIGINT, n INT, note STRING, PRIMARY KEY (id) NOT ENFORCED)");
        streaming.executeSql("CREATE TABLE target (id BIGINT, n INT, note STRING, PRIMARY KEY (id) NOT ENFORCED)"
                + " WITH ('connector' = 'firn', 'catalog-type' = 'hadoop', 'warehouse' = '" + warehouse.toUri() + "')");
        streaming.executeSql("CREATE TABLE sums (n INT, total BIGINT, PRIMARY KEY (n) NOT ENFORCED)"
                + " WITH ('connector' = 'firn', 'catalog-type' = 'hadoop', 'warehouse' = '" + warehouse.toUri() + "')");
    }

    @Test
    void noStateStandsBetweenAnUpsertSourceAndTheSink() {
        assertThat(plan("INSERT INTO target SELECT * FROM upserts"))
                .doesNotContain("ChangelogNormalize")
                .doesNotContain("upsertMaterialize=[true]");
    }

    @Test
    void noStateStandsBetweenAChangelogWithTheSameKeyAndTheSink() {
        assertThat(plan("INSERT INTO target SELECT id, n + 1, UPPER(note) FROM changes"))
                .doesNotContain("ChangelogNormalize")
                .doesNotContain("upsertMaterialize=[true]");
    }

    @Test
    void anAggregationIsAskedForNoPreviousRows() {
        assertThat(plan("INSERT INTO sums SELECT n, COUNT(*) FROM changes GROUP BY n"))
                .contains("changelogMode=[I,UA,D]")
                .doesNotContain("upsertMaterialize=[true]");
    }

    @Test
    void aChangelogWithAnotherKeyIsMaterialized() {
        assertThat(plan("INSERT INTO sums SELECT n, id FROM changes")).contains("upsertMaterialize=[true]");
    }

    @Test
    void anAggregationOfTheChangesNeedsNoStateToKnowWhatWasBefore() {
        exists("target");

        String plan = plan("SELECT n, SUM(id) FROM target GROUP BY n");

        assertThat(plan)
                .contains("TableSourceScan(table=[[default_catalog, default_database, target")
                .contains("changelogMode=[I,UB,UA,D]")
                .doesNotContain("ChangelogNormalize");
    }

    @Test
    void upsertsAreCompletedByFlinkForWhoeverNeedsWhatWasBefore() {
        exists("target");

        assertThat(plan("SELECT n, SUM(id) FROM target /*+ OPTIONS('scan.changelog' = 'upsert') */ GROUP BY n"))
                .contains("ChangelogNormalize");
    }

    @Test
    void noStateStandsBetweenTheUpsertsOfOneTableAndAnother() {
        exists("target");
        streaming.executeSql("CREATE TABLE copy WITH ('catalog-table' = 'copy') LIKE target");

        assertThat(plan("INSERT INTO copy SELECT * FROM target /*+ OPTIONS('scan.changelog' = 'upsert') */"))
                .doesNotContain("upsertMaterialize=[true]");
    }

    @Test
    void aStreamingReadPushesProjectionAndFilterDownAndFiltersAgain() {
        exists("target");

        assertThat(plan("SELECT note FROM target WHERE n > 5 AND UPPER(note) = 'A'"))
                .contains("filter=[>(n, 5)]")
                .contains("project=[n, note]")
                .contains("where=[((n > 5)");
    }

    @Test
    void aChangelogIsNeverCutByALimit() {
        exists("target");

        assertThat(plan("SELECT * FROM target LIMIT 3")).contains("Limit").doesNotContain("limit=[3]");
    }

    @Test
    void metadataColumnsAreReadWhenTheyAreAskedFor() {
        exists("target");
        streaming.executeSql("CREATE TABLE with_metadata (id BIGINT, n INT, snapshot_id BIGINT METADATA VIRTUAL,"
                + " committed TIMESTAMP_LTZ(3) METADATA FROM 'commit_time' VIRTUAL, sequence_number BIGINT METADATA VIRTUAL,"
                + " row_id BIGINT METADATA VIRTUAL, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'firn',"
                + " 'catalog-type' = 'hadoop', 'catalog-table' = 'target', 'warehouse' = '" + warehouse.toUri()
                + "')");

        assertThat(plan("SELECT n, committed FROM with_metadata WHERE committed > TO_TIMESTAMP_LTZ(0, 3)"))
                .contains("metadata=[commit_time]")
                .doesNotContain("filter=[>(");
        assertThat(plan("SELECT n FROM with_metadata")).contains("metadata=[]");
        assertThat(plan("SELECT * FROM with_metadata"))
                .contains("metadata=[snapshot_id, commit_time, sequence_number, row_id]");
    }

    @Test
    void watermarksAreMadeInTheSource() {
        exists("target");
        streaming.executeSql(
                "CREATE TABLE timed (id BIGINT, n INT, committed TIMESTAMP_LTZ(3) METADATA FROM 'commit_time'"
                        + " VIRTUAL, WATERMARK FOR committed AS SOURCE_WATERMARK(), PRIMARY KEY (id) NOT ENFORCED) WITH"
                        + " ('connector' = 'firn', 'catalog-type' = 'hadoop', 'catalog-table' = 'target', 'warehouse' = '"
                        + warehouse.toUri() + "')");
        streaming.executeSql(
                "CREATE TABLE delayed (id BIGINT, n INT, committed TIMESTAMP_LTZ(3) METADATA FROM 'commit_time'"
                        + " VIRTUAL, WATERMARK FOR committed AS committed - INTERVAL '5' SECOND, PRIMARY KEY (id) NOT ENFORCED) WITH"
                        + " ('connector' = 'firn', 'catalog-type' = 'hadoop', 'catalog-table' = 'target', 'warehouse' = '"
                        + warehouse.toUri() + "')");

        assertThat(optimized("SELECT n, committed FROM timed"))
                .contains("watermark=[SOURCE_WATERMARK()]")
                .doesNotContain("WatermarkAssigner");
        assertThat(optimized("SELECT n, committed FROM delayed"))
                .contains("watermark=[-(")
                .doesNotContain("WatermarkAssigner");
    }

    /** Creates a declared table as a job does that writes to it. */
    private void exists(String table) {
        plan("INSERT INTO " + table + " SELECT * FROM upserts");
    }

    private String optimized(String statement) {
        String plan = plan(statement);
        return plan.substring(plan.indexOf("== Optimized Physical Plan =="));
    }

    private String plan(String statement) {
        return streaming.explainSql(statement, ExplainDetail.CHANGELOG_MODE);
    }

    private void source(String name, String mode, String columns) {
        streaming.executeSql(
                "CREATE TABLE " + name + columns + " WITH ('connector' = 'changelog', 'mode' = '" + mode + "')");
    }
}
