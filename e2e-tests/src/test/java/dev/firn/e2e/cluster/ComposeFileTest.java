package dev.firn.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.e2e.cluster.ComposeFile.Service;
import dev.firn.e2e.cluster.ContainerDeployment.Published;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;

/** The containers of the examples fit the build, the SQL files and the tests. */
class ComposeFileTest {

    private static final Path PROJECT = Path.of("..");
    private static final Path EXAMPLES = PROJECT.resolve("examples");
    private static final Pattern ADDRESS = Pattern.compile("\\b([a-z][a-z0-9-]*):(\\d{4,5})\\b");
    private static final Pattern VARIABLE_PORT = Pattern.compile("127\\.0\\.0\\.1:\\$\\{([A-Z0-9_]+):-\\d+}:\\d+");

    private final ComposeFile compose = ComposeFile.read(ContainerDeployment.COMPOSE_FILE);

    @Test
    void everyAddressInTheExamplesIsThatOfAService() throws IOException {
        for (Path file : texts()) {
            Matcher address = ADDRESS.matcher(Files.readString(file));
            while (address.find()) {
                if (!address.group(1).equals("localhost")) {
                    assertThat(service(address.group(1)).listensOn())
                            .as("%s: %s", file, address.group())
                            .contains(address.group(2));
                }
            }
        }
    }

    @Test
    void everySqlFileIsWhole() throws IOException {
        for (Path file : files(EXAMPLES.resolve("sql"))) {
            assertThat(SqlFile.read(file).statements()).as(file.toString()).isNotEmpty();
        }
    }

    @Test
    void addressesOfTheDeploymentAreThoseInTheSqlFiles() throws IOException {
        Endpoints endpoints = ContainerDeployment.INSIDE;
        String sql = Files.readString(EXAMPLES.resolve("sql/kafka-to-firn.sql"));

        assertThat(values(sql, "properties.bootstrap.servers")).containsExactly(endpoints.kafka());
        assertThat(values(sql, "uri")).containsExactly(endpoints.catalog().toString());
        assertThat(values(sql, "s3.endpoint"))
                .containsExactly(endpoints.objectStore().toString());
    }

    @Test
    void imagesHaveTheVersionsThatTheBuildHas() throws Exception {
        String flink = pom(".", "/project/properties/flink.version");
        String iceberg = pom(".", "/project/properties/iceberg.version");
        String spark = pom("runtimes/spark", "/project/properties/spark.version");
        String icebergOfSpark = pom("runtimes/spark", "/project/properties/iceberg-spark.version");
        String kafka = pom("runtimes/kafka", version("kafka-test-common-runtime"));
        String trino = pom("runtimes/trino", version("trino-iceberg"));
        String firn = pom(".", "/project/version");

        for (String service : List.of("jobmanager", "taskmanager-1", "taskmanager-2", "sql-gateway", "flink-volume")) {
            assertThat(service(service).image()).isEqualTo("flink:" + flink + "-java17");
        }
        assertThat(service("rest").image()).isEqualTo("apache/iceberg-rest-fixture:" + iceberg);
        assertThat(service("kafka").image()).isEqualTo("apache/kafka:" + kafka);
        assertThat(service("recording").image()).isEqualTo("apache/kafka:" + kafka);
        assertThat(service("trino").image()).isEqualTo("trinodb/trino:" + trino);
        assertThat(service("spark").image()).startsWith("spark:" + spark + "-scala2.13-");
        assertThat(Files.readString(compose.path()))
                .contains(
                        "iceberg-spark-runtime-4.1_2.13:" + icebergOfSpark,
                        "iceberg-aws-bundle:" + icebergOfSpark,
                        "${FIRN_VERSION:-" + firn + "}");
    }

    @Test
    void noImageIsLeftToChance() {
        compose.services()
                .forEach((name, service) -> assertThat(service.image())
                        .as(name)
                        .matches(".+:.*\\d.*")
                        .doesNotContain("latest"));
    }

    @Test
    void keysRegionAndWarehouseAreThoseOfTheTests() throws IOException {
        for (Path file : files(EXAMPLES.resolve("sql"))) {
            String sql = Files.readString(file);
            if (sql.contains("'warehouse'")) {
                assertThat(values(sql, "warehouse")).containsExactly(Endpoints.WAREHOUSE);
                assertThat(values(sql, "s3.access-key-id")).containsExactly(Endpoints.ACCESS_KEY);
                assertThat(values(sql, "s3.secret-access-key")).containsExactly(Endpoints.SECRET_KEY);
                assertThat(values(sql, "client.region")).containsExactly(Endpoints.REGION);
            }
        }
        assertThat(Files.readString(EXAMPLES.resolve("sql/read-with-spark.sql")))
                .contains(
                        "lake.warehouse = " + Endpoints.WAREHOUSE + ";",
                        "s3.access-key-id` = " + Endpoints.ACCESS_KEY + ";",
                        "s3.secret-access-key` = " + Endpoints.SECRET_KEY + ";",
                        "client.region = " + Endpoints.REGION + ";");
        assertThat(Files.readAllLines(EXAMPLES.resolve("docker/trino/lake.properties")))
                .contains(
                        "iceberg.rest-catalog.warehouse=" + Endpoints.WAREHOUSE,
                        "s3.aws-access-key=" + Endpoints.ACCESS_KEY,
                        "s3.aws-secret-key=" + Endpoints.SECRET_KEY,
                        "s3.region=" + Endpoints.REGION);
        assertThat(service("minio").environment())
                .containsEntry("MINIO_ROOT_USER", Endpoints.ACCESS_KEY)
                .containsEntry("MINIO_ROOT_PASSWORD", Endpoints.SECRET_KEY)
                .containsEntry("MINIO_SITE_REGION", Endpoints.REGION);
        assertThat(service("rest").environment())
                .containsEntry("CATALOG_WAREHOUSE", Endpoints.WAREHOUSE)
                .containsEntry("CATALOG_S3_ACCESS__KEY__ID", Endpoints.ACCESS_KEY)
                .containsEntry("CATALOG_S3_SECRET__ACCESS__KEY", Endpoints.SECRET_KEY)
                .containsEntry("CATALOG_CLIENT_REGION", Endpoints.REGION);
        assertThat(Endpoints.WAREHOUSE).startsWith("s3://" + bucket() + "/");
    }

    @Test
    void everyPortIsOfThisMachineAloneAndCanBeChosen() {
        Set<String> chosen = new TreeSet<>();
        compose.services()
                .forEach((name, service) -> service.ports().forEach(port -> {
                    Matcher variable = VARIABLE_PORT.matcher(port);
                    assertThat(variable.matches()).as("%s: %s", name, port).isTrue();
                    if (service.profiles().isEmpty()) {
                        chosen.add(variable.group(1));
                    }
                }));

        assertThat(chosen)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(Published.values()).map(Published::name).toList());
    }

    @Test
    void whatIsMountedIsThere() {
        compose.services()
                .forEach((name, service) -> service.volumes().stream()
                        .filter(source -> source.startsWith("./"))
                        .forEach(source ->
                                assertThat(EXAMPLES.resolve(source)).as(name).exists()));
        assertThat(service("jobmanager").volumes())
                .contains(
                        "../runtimes/flink-lib/target/lib",
                        "../table-factory/target/firn-sql-connector-${FIRN_VERSION:-0.1.0-SNAPSHOT}.jar");
    }

    @Test
    void everyPartOfADeploymentIsAService() {
        for (Part part : Part.values()) {
            assertThat(service(ContainerDeployment.service(part)).profiles())
                    .as("%s", part)
                    .isEmpty();
        }
    }

    private Service service(String name) {
        return Optional.ofNullable(compose.services().get(name))
                .orElseThrow(() -> new AssertionError("There is no service " + name));
    }

    private String bucket() throws IOException {
        Matcher made = Pattern.compile("\"minio/([a-z]+)\"").matcher(Files.readString(compose.path()));
        assertThat(made.find()).as("a bucket is made").isTrue();
        return made.group(1);
    }

    private static Set<String> values(String sql, String option) {
        return Pattern.compile("'" + Pattern.quote(option) + "' = '([^']*)'")
                .matcher(sql)
                .results()
                .map(value -> value.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Path> texts() throws IOException {
        return Stream.of(
                        files(EXAMPLES.resolve("sql")),
                        files(EXAMPLES.resolve("docker/kafka")),
                        files(EXAMPLES.resolve("docker/trino")))
                .flatMap(List::stream)
                .toList();
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static String version(String artifact) {
        return "/project/dependencies/dependency[artifactId='" + artifact + "']/version";
    }

    private static String pom(String module, String expression) throws Exception {
        Path pom = PROJECT.resolve(module).resolve("pom.xml");
        String value = XPathFactory.newInstance()
                .newXPath()
                .evaluate(
                        expression,
                        DocumentBuilderFactory.newInstance()
                                .newDocumentBuilder()
                                .parse(pom.toFile()));
        assertThat(value).as("%s in %s", expression, pom).isNotEmpty();
        return value;
    }
}
