package dev.firn.e2e.cluster;

import dev.firn.spark.SparkRunner;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A Spark in a process of its own, with an Iceberg catalog that statements call {@code lake}. It is waited for by the
 * first statement. One thread.
 */
public final class SparkProcess implements Engine, AutoCloseable {

    private static final List<String> OPENED = List.of(
            "java.lang",
            "java.lang.invoke",
            "java.lang.reflect",
            "java.io",
            "java.net",
            "java.nio",
            "java.util",
            "java.util.concurrent",
            "java.util.concurrent.atomic",
            "jdk.internal.ref",
            "sun.nio.ch",
            "sun.nio.cs",
            "sun.security.action",
            "sun.util.calendar");

    private final JavaProcess process;

    private SparkProcess(JavaProcess process) {
        this.process = process;
    }

    /**
     * Starts it on a Hadoop catalog.
     *
     * @param directory for temporary files
     */
    public static SparkProcess onWarehouse(Path warehouse, Path directory) {
        return start(Map.of("type", "hadoop", "warehouse", warehouse.toUri().toString()), directory);
    }

    /**
     * Starts it on the REST catalog.
     *
     * @param directory for temporary files
     */
    public static SparkProcess on(Endpoints endpoints, Path directory) {
        Map<String, String> catalog = new TreeMap<>(endpoints.catalogProperties());
        catalog.put("type", "rest");
        return start(catalog, directory);
    }

    /**
     * Starts it without a catalog. One can be given by {@code SET}, before the first query of it.
     *
     * @param directory for temporary files
     */
    public static SparkProcess bare(Path directory) {
        return run(Map.of(), directory);
    }

    private static SparkProcess start(Map<String, String> properties, Path directory) {
        Map<String, String> catalog = new TreeMap<>();
        catalog.put("spark.sql.catalog.lake", "org.apache.iceberg.spark.SparkCatalog");
        catalog.put("spark.sql.catalog.lake.cache-enabled", "false");
        properties.forEach((key, value) -> catalog.put("spark.sql.catalog.lake." + key, value));
        return run(catalog, directory);
    }

    private static SparkProcess run(Map<String, String> catalog, Path directory) {
        Path scratch = directory.resolve("spark");
        Map<String, String> configuration = new TreeMap<>(Map.ofEntries(
                Map.entry("spark.master", "local[2]"),
                Map.entry("spark.app.name", "firn"),
                Map.entry("spark.driver.host", "127.0.0.1"),
                Map.entry("spark.driver.bindAddress", "127.0.0.1"),
                Map.entry("spark.ui.enabled", "false"),
                Map.entry("spark.local.dir", scratch.toString()),
                Map.entry("spark.sql.shuffle.partitions", "2"),
                Map.entry("spark.sql.warehouse.dir", scratch.resolve("own").toString()),
                Map.entry("spark.sql.session.timeZone", "UTC"),
                Map.entry("spark.sql.datetime.java8API.enabled", "true"),
                Map.entry(
                        "spark.sql.extensions", "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions")));
        configuration.putAll(catalog);
        List<String> program = new ArrayList<>();
        program.add("-Xmx640m");
        program.add("-XX:TieredStopAtLevel=1");
        program.add("-Djava.io.tmpdir=" + scratch);
        OPENED.forEach(name -> program.add("--add-opens=java.base/" + name + "=ALL-UNNAMED"));
        configuration.forEach((key, value) -> program.add("-D" + key + "=" + value));
        program.add("-cp");
        program.add(JavaProcess.classPath(Program.SPARK.classPath()));
        program.add(SparkRunner.class.getName());
        return new SparkProcess(
                JavaProcess.Command.of("spark", scratch, program).start());
    }

    /** Executes a statement whose rows, if it has any, do not matter. */
    public void execute(String statement) {
        answered(statement);
    }

    @Override
    public List<String> rows(String query) {
        return answered(query).stream()
                .map(row -> RowText.of(Arrays.stream(row.split("\t", -1))
                        .map(SparkProcess::column)
                        .toList()))
                .toList();
    }

    private List<String> answered(String statement) {
        process.tell(statement.replace('\n', ' '));
        List<String> rows = new ArrayList<>();
        for (String line = process.answer(); !line.equals("done"); line = process.answer()) {
            if (!line.startsWith("row ")) {
                throw new AssertionError("Spark cannot execute " + statement + ": " + line + "\n" + process.said());
            }
            rows.add(line.substring("row ".length()));
        }
        return rows;
    }

    /** @param text as {@link SparkRunner} writes it */
    private static @Nullable Object column(String text) {
        if (text.isEmpty()) {
            return null;
        }
        int blank = text.indexOf(' ');
        String type = text.substring(0, blank);
        String value = text.substring(blank + 1).translateEscapes();
        return switch (type) {
            case "BigDecimal" -> new BigDecimal(value);
            case "Double" -> Double.valueOf(value);
            case "Float" -> Float.valueOf(value);
            case "Instant" -> Instant.parse(value);
            case "LocalDateTime" -> LocalDateTime.parse(value);
            case "Boolean", "Byte", "Short", "Integer", "Long", "LocalDate", "String" -> value;
            default -> throw new IllegalArgumentException("No text is agreed on for Spark's " + type);
        };
    }

    @Override
    public void close() {
        process.close();
    }
}
