package dev.firn.benchmarks.contest;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Scans a table by a Spark in a process of its own: four times to warm up, then four times for the figures. */
final class SparkReader {

    private static final String STATEMENT = "SELECT count(*), bit_xor(xxhash64(*)) FROM lake.db.t";
    private static final int WARM_UP = 4;
    private static final int MEASURED = 4;
    private static final double NANOS = 1e9;
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

    private SparkReader() {}

    /**
     * The mean of several scans.
     *
     * @param module that has Spark, built
     * @param warehouse that holds the table
     */
    static Result.SparkScan scan(Path module, Path warehouse) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command(module, warehouse))
                .redirectError(beside(warehouse, "spark.log").toFile())
                .start();
        try (BufferedWriter statements = process.outputWriter(StandardCharsets.UTF_8);
                BufferedReader answers = process.inputReader(StandardCharsets.UTF_8)) {
            String answer = "";
            for (int i = 0; i < WARM_UP; i++) {
                answer = execute(statements, answers);
            }
            Duration cpu = cpu(process);
            long wall = System.nanoTime();
            for (int i = 0; i < MEASURED; i++) {
                execute(statements, answers);
            }
            return new Result.SparkScan(
                    cpu(process).minus(cpu).toNanos() / NANOS / MEASURED,
                    (System.nanoTime() - wall) / NANOS / MEASURED,
                    answer);
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    private static Path beside(Path warehouse, String name) {
        return warehouse.resolveSibling(name);
    }

    private static Duration cpu(Process process) {
        return process.info()
                .totalCpuDuration()
                .orElseThrow(() -> new IllegalStateException("This system does not tell what a process uses"));
    }

    private static String execute(BufferedWriter statements, BufferedReader answers) throws IOException {
        statements.write(STATEMENT);
        statements.newLine();
        statements.flush();
        String rows = "";
        String line = answers.readLine();
        while (line != null && line.startsWith("row ")) {
            rows = line.substring("row ".length());
            line = answers.readLine();
        }
        if (line == null || !line.equals("done")) {
            throw new IllegalStateException("Spark cannot execute " + STATEMENT + ": " + line);
        }
        return rows;
    }

    private static List<String> command(Path module, Path warehouse) throws IOException {
        Map<String, String> configuration = new TreeMap<>(Map.ofEntries(
                Map.entry("spark.master", "local[2]"),
                Map.entry("spark.app.name", "firn"),
                Map.entry("spark.driver.host", "127.0.0.1"),
                Map.entry("spark.driver.bindAddress", "127.0.0.1"),
                Map.entry("spark.ui.enabled", "false"),
                Map.entry("spark.local.dir", beside(warehouse, "spark").toString()),
                Map.entry("spark.sql.shuffle.partitions", "2"),
                Map.entry("spark.sql.session.timeZone", "UTC"),
                Map.entry("spark.sql.catalog.lake", "org.apache.iceberg.spark.SparkCatalog"),
                Map.entry("spark.sql.catalog.lake.type", "hadoop"),
                Map.entry("spark.sql.catalog.lake.warehouse", warehouse.toUri().toString())));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch", "-XX:+UseTransparentHugePages"));
        OPENED.forEach(name -> command.add("--add-opens=java.base/" + name + "=ALL-UNNAMED"));
        configuration.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.add("-cp");
        command.add(module.resolve("target/classes")
                + File.pathSeparator
                + Files.readString(module.resolve("target/classpath")).strip());
        command.add("dev.firn.spark.SparkRunner");
        return command;
    }
}
