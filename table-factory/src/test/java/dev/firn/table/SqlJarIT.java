package dev.firn.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar that is put into Flink's lib/, in a JVM that has nothing around it but Flink and Hadoop. */
class SqlJarIT {

    private static final Path SQL_JAR = Path.of(Objects.requireNonNull(System.getProperty("sql.jar")));

    /** What the build resolves in the module of that name, before this one. */
    private static final Path LEAST_OF_HADOOP = Path.of("..", "runtimes", "hadoop-minimal", "target", "classpath");

    private static final String CLASS_PATH = Objects.requireNonNull(System.getProperty("java.class.path"));

    /** What no jar on Flink's side may have, lest the SQL jar's own copy goes untested. */
    private static final List<String> BUNDLED = List.of(
            "dev/firn/",
            "com/fasterxml/jackson/",
            "com/github/benmanes/",
            "com/github/luben/",
            "io/airlift/",
            "org/apache/avro/",
            "org/apache/hc/",
            "org/apache/iceberg/",
            "org/apache/orc/",
            "org/apache/parquet/",
            "org/roaringbitmap/");

    private static final List<String> EXPECTED =
            List.of("+I[1, 1, 150, a]", "+I[3, 2, 300, c]", "+I[3, 350]", "+I[4, 400]", "+I[1, 150]", "+I[2, 750]");

    @TempDir
    private Path directory;

    @Test
    void worksFromFlinksLib() throws Exception {
        List<Path> lib = new ArrayList<>(flinkAndHadoop());
        lib.add(SQL_JAR);
        List<String> script = new ArrayList<>(script());
        script.add("CREATE CATALOG iceberg WITH ('type' = 'iceberg', " + hadoopCatalog() + ")");
        script.add("SELECT COUNT(*) > 1 FROM iceberg.bank.`accounts$snapshots`");
        script.add("CREATE CATALOG lake WITH ('type' = 'firn', " + hadoopCatalog() + ")");
        script.add("SELECT COUNT(*) FROM lake.bank.accounts");
        List<String> expected = new ArrayList<>(EXPECTED);
        expected.addAll(List.of("+I[true]", "+I[3]"));

        assertThat(run(lib, script)).containsExactlyElementsOf(expected);
    }

    @Test
    void worksWhenAJobBringsItAlong() throws Exception {
        List<String> script = new ArrayList<>(List.of("ADD JAR '" + SQL_JAR.toUri() + "'"));
        script.addAll(script());

        assertThat(run(flinkAndHadoop(), script)).containsExactlyElementsOf(EXPECTED);
    }

    @Test
    void asksForNoMoreOfHadoopThanConfigurationWhereFilesAreNotHadoops() throws Exception {
        List<Path> lib = new ArrayList<>(flinkAndHadoop());
        lib.removeIf(jar -> jar.getFileName().toString().startsWith("hadoop-client"));
        lib.addAll(leastOfHadoop());
        lib.add(SQL_JAR);
        String table = "CREATE TABLE accounts (aid BIGINT, abalance INT, PRIMARY KEY (aid) NOT ENFORCED) WITH ("
                + "'connector' = 'firn', 'catalog-type' = 'jdbc', 'catalog-name' = 'lake', 'uri' = 'jdbc:sqlite:"
                + directory.resolve("catalog.db") + "', 'warehouse' = '" + directory.resolve("warehouse")
                + "', 'io-impl' = '" + LocalFileIO.class.getName() + "')";

        assertThat(run(
                        lib,
                        List.of(
                                table,
                                "INSERT INTO accounts VALUES (1, 100), (2, 200)",
                                "INSERT INTO accounts VALUES (2, 250)",
                                "SELECT * FROM accounts ORDER BY aid")))
                .containsExactly("+I[1, 100]", "+I[2, 250]");
    }

    @Test
    void saysWhichOtherIcebergIsInItsWay() throws Exception {
        Path other = Path.of(org.apache.iceberg.Table.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<Path> lib = new ArrayList<>(flinkAndHadoop());
        lib.addAll(List.of(other, SQL_JAR));

        assertThat(fail(lib, List.of("CREATE CATALOG lake WITH ('type' = 'firn', " + hadoopCatalog() + ")")))
                .contains(
                        "Iceberg's classes are those of file:",
                        other.getFileName().toString())
                .contains("Remove the former from Flink's lib/");
    }

    @Test
    void holdsItsOwnNamesAndWhatItRelocatedAndNothingElse() throws IOException {
        try (JarFile jar = new JarFile(SQL_JAR.toFile())) {
            List<String> classes = jar.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.endsWith(".class"))
                    .filter(name -> Stream.of("dev/firn/", "org/apache/iceberg/", "com/github/luben/zstd/")
                            .noneMatch(name::startsWith))
                    .toList();

            // It came with iceberg-flink, whose own it is.
            assertThat(classes)
                    .containsExactly("org/apache/flink/table/api/runtime/types/FlinkScalaKryoInstantiator.class");
            assertThat(jar.stream().map(ZipEntry::getName))
                    .noneMatch(name -> name.matches("META-INF/.*\\.(SF|RSA|DSA)"))
                    .noneMatch(name -> name.endsWith("module-info.class"));
        }
    }

    @Test
    void announcesTheFactories() throws IOException {
        try (JarFile jar = new JarFile(SQL_JAR.toFile())) {
            ZipEntry services = jar.getEntry("META-INF/services/org.apache.flink.table.factories.Factory");

            assertThat(new String(jar.getInputStream(services).readAllBytes(), StandardCharsets.UTF_8))
                    .contains(
                            "dev.firn.table.FirnTableFactory",
                            "dev.firn.table.FirnCatalogFactory",
                            "org.apache.iceberg.flink.FlinkCatalogFactory",
                            "org.apache.iceberg.flink.FlinkDynamicTableFactory");
        }
    }

    private List<String> script() throws IOException {
        String row = "{\"aid\":%d,\"bid\":%d,\"abalance\":%d,\"filler\":\"%s\"}";
        String change = "{\"before\":%s,\"after\":%s,\"op\":\"%s\"}";
        Path changes = directory.resolve("changes.json");
        Files.write(
                changes,
                List.of(
                        change.formatted("null", row.formatted(1, 1, 100, "a"), "c"),
                        change.formatted("null", row.formatted(2, 1, 200, "b"), "c"),
                        change.formatted("null", row.formatted(3, 2, 300, "c"), "c"),
                        change.formatted(row.formatted(1, 1, 100, "a"), row.formatted(1, 1, 150, "a"), "u"),
                        change.formatted(row.formatted(2, 1, 200, "b"), "null", "d")));
        String columns = " (aid BIGINT, bid INT, abalance INT, filler STRING, PRIMARY KEY (aid) NOT ENFORCED) WITH (";
        return List.of(
                "CREATE TABLE changes" + columns + "'connector' = 'filesystem', 'format' = 'debezium-json', 'path' = '"
                        + changes.toUri() + "')",
                "CREATE TABLE accounts" + columns + "'connector' = 'firn', " + hadoopCatalog()
                        + ", 'catalog-database' = 'bank', 'bucket' = '4')",
                "INSERT INTO accounts SELECT * FROM changes",
                "SELECT * FROM accounts ORDER BY aid",
                "INSERT INTO accounts VALUES (3, 2, 350, 'c'), (4, 2, 400, 'd')",
                "SELECT aid, abalance FROM accounts WHERE abalance > 300 ORDER BY aid",
                "CREATE TABLE totals (bid INT, total INT, PRIMARY KEY (bid) NOT ENFORCED) WITH ('connector' = 'firn', "
                        + hadoopCatalog() + ", 'catalog-database' = 'bank', 'bucket' = '1')",
                "INSERT INTO totals SELECT bid, SUM(abalance) FROM accounts"
                        + " /*+ OPTIONS('scan.startup.mode' = 'earliest', 'scan.bounded.mode' = 'latest') */ GROUP BY bid",
                "SELECT * FROM totals ORDER BY bid");
    }

    private String hadoopCatalog() {
        return "'catalog-type' = 'hadoop', 'warehouse' = '"
                + directory.resolve("warehouse").toUri() + "'";
    }

    private List<String> run(List<Path> jars, List<String> script) throws Exception {
        Path output = directory.resolve("output");
        int exit = execute(jars, script, output);
        List<String> lines = Files.readAllLines(output);
        assertThat(exit).as(String.join("\n", lines)).isZero();
        return lines.stream()
                .filter(line -> line.startsWith(SqlScript.ROW))
                .map(line -> line.substring(SqlScript.ROW.length()))
                .toList();
    }

    private String fail(List<Path> jars, List<String> script) throws Exception {
        Path output = directory.resolve("output");
        assertThat(execute(jars, script, output)).isNotZero();
        return Files.readString(output);
    }

    /** Runs the script in a JVM with these jars, and of this test's own class path no others. */
    private static int execute(List<Path> jars, List<String> script, Path output) throws Exception {
        List<String> classPath =
                new ArrayList<>(jars.stream().map(Path::toString).toList());
        classPath.add(Path.of(SqlScript.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString());
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                String.join(File.pathSeparator, classPath),
                SqlScript.class.getName()));
        command.addAll(script);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start()
                .waitFor();
    }

    private static List<Path> leastOfHadoop() throws IOException {
        return Stream.of(Files.readString(LEAST_OF_HADOOP).strip().split(File.pathSeparator))
                .map(Path::of)
                .toList();
    }

    private static List<Path> flinkAndHadoop() throws IOException {
        List<Path> jars = new ArrayList<>();
        for (String entry : CLASS_PATH.split(File.pathSeparator, -1)) {
            Path path = Path.of(entry);
            if (Files.isRegularFile(path) && !isBundled(path)) {
                jars.add(path);
            }
        }
        return jars;
    }

    private static boolean isBundled(Path path) throws IOException {
        try (JarFile jar = new JarFile(path.toFile())) {
            return jar.stream()
                    .anyMatch(entry ->
                            BUNDLED.stream().anyMatch(prefix -> entry.getName().startsWith(prefix)));
        }
    }
}
