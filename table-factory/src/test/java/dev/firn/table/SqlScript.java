package dev.firn.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.flink.table.api.ResultKind;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.types.Row;
import org.apache.flink.util.CollectionUtil;

/**
 * A program that runs the SQL statements in its arguments on a cluster of its own and prints the rows of the queries
 * among them. Statements that begin with {@code SELECT} run in batch mode, those that set something up in both modes,
 * and all others in streaming mode.
 *
 * <p>It runs with what is in Flink's lib/, so it refers to Flink alone.
 */
public final class SqlScript {

    /** What each line of a row begins with, to tell it from whatever else is printed. */
    static final String ROW = "row> ";

    private static final Set<String> SETUPS = Set.of("CREATE", "ADD");

    private SqlScript() {}

    public static void main(String... statements) throws Exception {
        SqlCluster cluster = new SqlCluster();
        cluster.start();
        try {
            run(statements, cluster.streaming(), cluster.batch()).forEach(row -> System.out.println(ROW + row));
        } finally {
            cluster.close();
        }
    }

    private static List<String> run(String[] statements, TableEnvironment streaming, TableEnvironment batch)
            throws Exception {
        streaming.getConfig().set("execution.checkpointing.interval", "100 ms");
        List<String> rows = new ArrayList<>();
        for (String statement : statements) {
            String verb = statement.substring(0, statement.indexOf(' '));
            if (SETUPS.contains(verb)) {
                streaming.executeSql(statement);
                batch.executeSql(statement);
            } else if (verb.equals("SELECT")) {
                TableResult result = batch.executeSql(statement);
                if (result.getResultKind() != ResultKind.SUCCESS_WITH_CONTENT) {
                    throw new IllegalStateException("No rows: " + statement);
                }
                CollectionUtil.iteratorToList(result.collect()).stream()
                        .map(Row::toString)
                        .forEach(rows::add);
            } else {
                streaming.executeSql(statement).await();
            }
        }
        return rows;
    }
}
