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

    private String plan(String statement) {
        return streaming.explainSql(statement, ExplainDetail.CHANGELOG_MODE);
    }

    private void source(String name, String mode, String columns) {
        streaming.executeSql(
                "CREATE TABLE " + name + columns + " WITH ('connector' = 'changelog', 'mode' = '" + mode + "')");
    }
}
