package dev.firn.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.table.api.StatementSet;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CollectionUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class SqlTypesTest {

    @RegisterExtension
    static final SqlCluster CLUSTER = new SqlCluster();

    /** A type that can be a key, and SQL for two of its values in ascending order. */
    private record KeyType(String type, String low, String high) {}

    /** A type, and SQL for one of its values. */
    private record Column(String type, String value) {

        String typed() {
            return "CAST(" + value + " AS " + type + ")";
        }
    }

    private static final List<KeyType> KEY_TYPES = List.of(
            new KeyType("BOOLEAN", "FALSE", "TRUE"),
            new KeyType("TINYINT", "-7", "5"),
            new KeyType("SMALLINT", "-300", "300"),
            new KeyType("INT", "-70000", "70000"),
            new KeyType("BIGINT", "-5000000000", "5000000000"),
            new KeyType("DECIMAL(9, 2)", "-1.25", "1234567.89"),
            new KeyType("DECIMAL(38, 18)", "-1.000000000000000001", "'12345678901234567890.5'"),
            new KeyType("CHAR(3)", "'abc'", "'abd'"),
            new KeyType("VARCHAR(10)", "'\u00e4'", "'\ud83d\ude00'"),
            new KeyType("STRING", "''", "'x'"),
            new KeyType("BINARY(4)", "X'00000001'", "X'FF000001'"),
            new KeyType("VARBINARY(8)", "X'00'", "X'0001'"),
            new KeyType("BYTES", "X''", "X'FF'"),
            new KeyType("DATE", "'1969-12-31'", "'2026-01-01'"),
            new KeyType("TIME", "'00:00:00'", "'23:59:59'"),
            new KeyType("TIME(3)", "'12:00:00.001'", "'12:00:00.002'"),
            new KeyType("TIMESTAMP(3)", "'1969-12-31 23:59:59.999'", "'2026-01-01 00:00:00.001'"),
            new KeyType("TIMESTAMP(6)", "'2026-01-01 00:00:00.000001'", "'2026-01-01 00:00:00.000002'"),
            new KeyType("TIMESTAMP(9)", "'2026-01-01 00:00:00.000000001'", "'2026-01-01 00:00:00.000000002'"),
            new KeyType("TIMESTAMP_LTZ(3)", "'1969-12-31 23:59:59.999'", "'2026-01-01 00:00:00.001'"),
            new KeyType("TIMESTAMP_LTZ(6)", "'2026-01-01 00:00:00.000001'", "'2026-01-01 00:00:00.000002'"),
            new KeyType("TIMESTAMP_LTZ(9)", "'2026-01-01 00:00:00.000000001'", "'2026-01-01 00:00:00.000000002'"));

    private static final List<Column> OTHER_TYPES = List.of(
            new Column("FLOAT", "1.5"),
            new Column("DOUBLE", "-2.5"),
            new Column("ARRAY<TIMESTAMP(3)>", "ARRAY[TIMESTAMP '2026-01-01 00:00:00.001']"),
            new Column("ARRAY<TINYINT>", "ARRAY[CAST(1 AS TINYINT), CAST(NULL AS TINYINT)]"),
            new Column("ARRAY<ARRAY<STRING>>", "ARRAY[ARRAY['a'], ARRAY['b', 'c']]"),
            new Column("MAP<STRING, SMALLINT>", "MAP['a', CAST(1 AS SMALLINT)]"),
            new Column(
                    "MAP<INT, ROW<a DATE, b TIMESTAMP_LTZ(3)>>",
                    "MAP[1, ROW(DATE '2026-01-01', CAST('2026-01-01 00:00:00' AS TIMESTAMP_LTZ(3)))]"),
            new Column("ROW<a TINYINT, b ROW<c DECIMAL(5, 2), d ARRAY<INT>>>", "ROW(1, ROW(2.5, ARRAY[3]))"));

    @TempDir
    private Path warehouse;

    private TableEnvironment batch;

    @BeforeEach
    void connect() {
        batch = CLUSTER.batch();
    }

    @Test
    void everyTypeComesBackAsItWasWritten() throws Exception {
        List<Column> columns = new ArrayList<>(OTHER_TYPES);
        KEY_TYPES.forEach(key -> columns.add(new Column(key.type(), key.high())));
        declare("everything", "id INT, " + named(columns), "id");
        String row = columns.stream().map(Column::typed).collect(Collectors.joining(", "));
        String nulls = columns.stream()
                .map(column -> new Column(column.type(), "NULL").typed())
                .collect(Collectors.joining(", "));

        batch.executeSql("INSERT INTO everything SELECT 1, " + row + " UNION ALL SELECT 2, " + nulls)
                .await();

        assertThat(query("SELECT * FROM everything WHERE id = 1")).isEqualTo(query("SELECT 1, " + row));
        assertThat(query("SELECT * FROM everything WHERE id = 2")).isEqualTo(query("SELECT 2, " + nulls));
    }

    @Test
    void millisecondsComeBackWithoutAnyTypeThatHasToBeConverted() throws Exception {
        declare("times", "id INT, a ARRAY<TIMESTAMP(3)>, t TIMESTAMP_LTZ(3)", "id");
        String row =
                "1, ARRAY[TIMESTAMP '2026-01-01 00:00:00.001'], CAST('2026-01-01 00:00:00.002' AS TIMESTAMP_LTZ(3))";

        batch.executeSql("INSERT INTO times SELECT " + row).await();

        assertThat(query("SELECT DISTINCT * FROM times")).isEqualTo(query("SELECT " + row));
    }

    @Test
    void variantsComeBackAsTheyWereWritten() throws Exception {
        declare("variants", "id INT, v VARIANT", "id");

        batch.executeSql("INSERT INTO variants SELECT 1, PARSE_JSON('{\"a\":[1,\"x\"]}')")
                .await();

        assertThat(query("SELECT v FROM variants")).isEqualTo(query("SELECT PARSE_JSON('{\"a\":[1,\"x\"]}')"));
    }

    @Test
    void multisetsComeBackAsTheyWereWritten() throws Exception {
        declare("bags", "id INT, bag MULTISET<STRING>", "id");

        batch.executeSql("INSERT INTO bags SELECT 1, COLLECT(s) FROM (VALUES ('a'), ('b'), ('a')) AS t (s)")
                .await();

        assertThat(query("SELECT bag FROM bags")).containsExactly(Row.of(Map.of("a", 2, "b", 1)));
    }

    @Test
    void everyPrimitiveTypeButFloatingPointCanBeTheKey() throws Exception {
        StatementSet first = batch.createStatementSet();
        StatementSet second = batch.createStatementSet();
        List<String> selects = new ArrayList<>();
        List<Row> expected = new ArrayList<>();
        for (KeyType key : KEY_TYPES) {
            String table = "t" + selects.size();
            String low = new Column(key.type(), key.low()).typed();
            String high = new Column(key.type(), key.high()).typed();
            // A BOOLEAN alone cannot tell a bucket.
            declare(table, "k " + key.type() + ", id INT, n INT", "k, id");
            first.addInsertSql("INSERT INTO " + table + " VALUES (" + low + ", 0, 1), (" + high + ", 0, 2)");
            second.addInsertSql("INSERT INTO " + table + " VALUES (" + low + ", 0, 3)");
            selects.add("SELECT '" + key.type() + "', n FROM " + table);
            expected.addAll(List.of(Row.of(key.type(), 2), Row.of(key.type(), 3)));
        }

        first.execute().await();
        second.execute().await();

        assertThat(query(String.join(" UNION ALL ", selects))).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static String named(List<Column> columns) {
        List<String> named = new ArrayList<>();
        for (Column column : columns) {
            named.add("c" + named.size() + " " + column.type());
        }
        return String.join(", ", named);
    }

    private void declare(String name, String columns, String primaryKey) {
        batch.executeSql("CREATE TABLE " + name + " (" + columns + ", PRIMARY KEY (" + primaryKey + ") NOT ENFORCED)"
                + " WITH ('connector' = 'firn', 'catalog-type' = 'hadoop', 'bucket' = '1', 'warehouse' = '"
                + warehouse.toUri() + "')");
    }

    private List<Row> query(String statement) {
        return CollectionUtil.iteratorToList(batch.executeSql(statement).collect());
    }
}
