package dev.firn.spark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Executes SQL statements until its input ends, one a line. Each is answered by its rows, a line {@code row <text>}
 * each, and then a line {@code done}, or {@code failed <cause>}. Spark is configured by system properties.
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
                answer.append("row ").append(oneLine(row.mkString("|"))).append('\n');
            }
            return answer.append("done").toString();
        } catch (RuntimeException | Error e) {
            e.printStackTrace();
            return answer.append("failed ").append(oneLine(e.toString())).toString();
        }
    }

    private static String oneLine(String text) {
        return text.replace('\n', ' ').replace('\r', ' ');
    }
}
