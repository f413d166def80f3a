package dev.firn.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firn.spark.SparkRunner;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A Spark in a JVM of its own, whose class path is the one that the build resolved for {@link SparkRunner}. One thread.
 */
final class SparkProcess implements AutoCloseable {

    private static final long DEADLINE_SECONDS = 60;
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

    private final Process process;
    private final BufferedWriter statements;
    private final BufferedReader answers;
    private final Path log;

    private SparkProcess(Process process, Path log) {
        this.process = process;
        this.statements = process.outputWriter(UTF_8);
        this.answers = process.inputReader(UTF_8);
        this.log = log;
    }

    /**
     * @param warehouse of a Hadoop catalog, which statements call {@code lake}
     * @param directory for temporary files and Spark's log
     */
    static SparkProcess start(Path warehouse, Path directory) throws IOException {
        Path scratch = Files.createDirectories(directory.resolve("spark"));
        Path log = scratch.resolve("log");
        Map<String, String> configuration = Map.ofEntries(
                Map.entry("spark.master", "local[1]"),
                Map.entry("spark.app.name", "firn"),
                Map.entry("spark.driver.host", "127.0.0.1"),
                Map.entry("spark.driver.bindAddress", "127.0.0.1"),
                Map.entry("spark.ui.enabled", "false"),
                Map.entry("spark.local.dir", scratch.toString()),
                Map.entry("spark.sql.shuffle.partitions", "2"),
                Map.entry("spark.sql.warehouse.dir", scratch.resolve("own").toString()),
                Map.entry("spark.sql.extensions", "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions"),
                Map.entry("spark.sql.catalog.lake", "org.apache.iceberg.spark.SparkCatalog"),
                Map.entry("spark.sql.catalog.lake.type", "hadoop"),
                Map.entry("spark.sql.catalog.lake.warehouse", warehouse.toUri().toString()),
                Map.entry("spark.sql.catalog.lake.cache-enabled", "false"));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx512m");
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-Djava.io.tmpdir=" + scratch);
        OPENED.forEach(name -> command.add("--add-opens=java.base/" + name + "=ALL-UNNAMED"));
        configuration.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.addAll(List.of("-cp", classPath(), SparkRunner.class.getName()));
        Process process = new ProcessBuilder(command)
                .directory(scratch.toFile())
                .redirectError(log.toFile())
                .start();
        return new SparkProcess(process, log);
    }

    /** The runner's own classes and, beside them, the list of what it needs. */
    private static String classPath() throws IOException {
        Path runner = runner();
        Path list = runner.resolveSibling("classpath");
        if (!Files.exists(list)) {
            throw new IllegalStateException(
                    list + " is missing, which the build of module spark-runner writes. Run the tests by Maven, with"
                            + " module spark-runner among those that it builds ('-am')");
        }
        return runner + File.pathSeparator + Files.readString(list).strip();
    }

    private static Path runner() {
        try {
            return Path.of(SparkRunner.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @return the rows, each its columns with {@code |} between them */
    List<String> sql(String statement) throws Exception {
        statements.write(statement.replace('\n', ' '));
        statements.newLine();
        statements.flush();
        List<String> rows = new ArrayList<>();
        for (String line = answer(); !line.equals("done"); line = answer()) {
            if (!line.startsWith("row ")) {
                throw new AssertionError("Spark cannot execute " + statement + ": " + line + "\n" + said());
            }
            rows.add(line.substring("row ".length()));
        }
        return rows;
    }

    private String answer() throws Exception {
        try {
            String line = CompletableFuture.supplyAsync(this::readLine).get(DEADLINE_SECONDS, TimeUnit.SECONDS);
            if (line.isEmpty()) {
                throw new AssertionError("Spark has ended:\n" + said());
            }
            return line;
        } catch (TimeoutException | ExecutionException e) {
            throw new AssertionError("Spark does not answer:\n" + said(), e);
        }
    }

    /** Empty at the end. */
    private String readLine() {
        try {
            String line = answers.readLine();
            return line == null ? "" : line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String said() throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            List<String> all = lines.toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - 60), all.size()));
        }
    }

    @Override
    public void close() throws IOException {
        statements.close();
        process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join();
        process.destroyForcibly();
    }
}
