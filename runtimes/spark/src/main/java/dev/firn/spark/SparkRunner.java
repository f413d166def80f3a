package dev.firn.spark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * Executes SQL statements until its input ends, one a line. Each is answered by its rows, a line {@code row <columns>}
 * each, and then a line {@code done}, or {@code failed <cause>}. Columns have a tab between them; each is the name of
 * its value's class, a blank, and the value as Java prints it, with Java's escapes, or nothing at all for null. Spark
 * is configured by system properties.
 */
public final class SparkRunner {

    private SparkRunner() {}

    public static void main(String[] args) throws IOException {
        PrintStream answers = new PrintStream(System.out, true, UTF_8);
        System.setOut(System.err);
        SparkSession spark = SparkSession.builder().getOrCreate();
        BufferedReader statements = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String statement = statements.readLine(); statement != null; statement = statements.readLine()) {
            answers.println(execute(spark, statement));
        }
        spark.stop();
    }

    private static String execute(SparkSession spark, String statement) {
        StringBuilder answer = new StringBuilder();
        try {
            for (Row row : spark.sql(statement).collectAsList()) {
                answer.append("row ").append(columns(row)).append('\n');
            }
            return answer.append("done").toString();
        } catch (Exception | Error e) {
            e.printStackTrace();
            return answer.append("failed ").append(escaped(e.toString())).toString();
        }
    }

    private static String columns(Row row) {
        return IntStream.range(0, row.length())
                .mapToObj(column -> column(row.get(column)))
                .collect(Collectors.joining("\t"));
    }

    private static String column(@Nullable Object value) {
        return value == null ? "" : value.getClass().getSimpleName() + " " + escaped(value.toString());
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\")
                .replace("\t", "\\t")
                .replace("\n", "\\n")
                .replace("\r", "\\r");
    }
}
