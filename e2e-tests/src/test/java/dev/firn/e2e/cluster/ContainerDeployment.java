package dev.firn.e2e.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ComposeContainer;
import org.testcontainers.containers.ContainerState;

/**
 * The deployment of {@code examples/docker-compose.yml}, on ports that are free. What its containers say goes to files
 * under {@code target/logs} when it is closed. One thread.
 */
public final class ContainerDeployment implements Deployment {

    static final Path COMPOSE_FILE =
            Path.of("..", "examples", "docker-compose.yml").toAbsolutePath().normalize();

    static final Endpoints INSIDE =
            new Endpoints("kafka:9092", URI.create("http://rest:8181"), URI.create("http://minio:9000"));

    private static final Path LOGS = Path.of("target", "logs");
    private static final Duration DEADLINE = Duration.ofMinutes(3);
    private static final int KILL_SECONDS = 30;
    private static final List<String> LOGGED = List.of(
            "jobmanager",
            "taskmanager-1",
            "taskmanager-2",
            "sql-gateway",
            "zookeeper",
            "kafka",
            "minio",
            "rest",
            "trino");

    private final Map<Published, Integer> ports = new EnumMap<>(Published.class);
    private final ComposeContainer containers;
    private @Nullable TrinoConnection trino;

    /** The ports that the compose file publishes, by the variables that set them. */
    enum Published {
        FLINK_PORT,
        GATEWAY_PORT,
        KAFKA_PORT,
        S3_PORT,
        S3_CONSOLE_PORT,
        CATALOG_PORT,
        TRINO_PORT
    }

    private ContainerDeployment() {
        for (Published port : Published.values()) {
            ports.put(port, Ports.free());
        }
        // Compose pulls the images itself, and only those of the services that it starts.
        this.containers = new ComposeContainer(COMPOSE_FILE.toFile())
                .withPull(false)
                .withEnv(ports.entrySet().stream()
                        .collect(Collectors.toMap(
                                port -> port.getKey().name(),
                                port -> port.getValue().toString())));
    }

    /** Why there cannot be one here, if so. */
    public static Optional<String> unavailable() {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            return Optional.of("no Docker engine: none answers at DOCKER_HOST, nor at Docker's own socket");
        }
        if (!composeAnswers()) {
            return Optional.of("no Docker Compose: '" + ComposeContainer.COMPOSE_EXECUTABLE + " compose' fails");
        }
        return Optional.empty();
    }

    private static boolean composeAnswers() {
        try {
            return new ProcessBuilder(ComposeContainer.COMPOSE_EXECUTABLE, "compose", "version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Docker Compose was waited for", e);
        }
    }

    /** Starts all containers, and waits until Flink is complete and the gateway and Trino answer. */
    public static ContainerDeployment launch() {
        ContainerDeployment deployment = new ContainerDeployment();
        try {
            deployment.containers.start();
            await(
                    deployment.flink(),
                    "/overview",
                    overview -> overview.path("taskmanagers").asInt() == 2);
            await(deployment.gateway(), "/info", info -> info.has("version"));
            await(
                    deployment.published(Published.TRINO_PORT),
                    "/v1/info",
                    info -> !info.path("starting").asBoolean(true));
            return deployment;
        } catch (RuntimeException | Error e) {
            deployment.close();
            throw e;
        }
    }

    private static void await(URI address, String path, Predicate<JsonNode> expected) {
        JsonService service = new JsonService(address);
        Await.until(
                () -> {
                    try {
                        return expected.test(service.get(path));
                    } catch (IOException e) {
                        return false;
                    }
                },
                DEADLINE,
                () -> address + path + " as expected");
    }

    @Override
    public Endpoints inside() {
        return INSIDE;
    }

    @Override
    public Endpoints outside() {
        return new Endpoints(
                "localhost:" + ports.get(Published.KAFKA_PORT),
                published(Published.CATALOG_PORT),
                published(Published.S3_PORT));
    }

    @Override
    public URI gateway() {
        return published(Published.GATEWAY_PORT);
    }

    @Override
    public URI flink() {
        return published(Published.FLINK_PORT);
    }

    @Override
    public Engine trino() {
        if (trino == null) {
            trino = new TrinoConnection(published(Published.TRINO_PORT));
        }
        return trino;
    }

    @Override
    public String savepoints() {
        return "file:///flink/savepoints";
    }

    private URI published(Published port) {
        return URI.create("http://localhost:" + ports.get(port));
    }

    @Override
    public void kill(Part part) {
        String container = container(part);
        DockerClient docker = DockerClientFactory.instance().client();
        docker.killContainerCmd(container).withSignal("KILL").exec();
        try (WaitContainerResultCallback end =
                docker.waitContainerCmd(container).exec(new WaitContainerResultCallback())) {
            end.awaitStatusCode(KILL_SECONDS, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void start(Part part) {
        DockerClientFactory.instance()
                .client()
                .startContainerCmd(container(part))
                .exec();
    }

    private String container(Part part) {
        String service = service(part);
        return state(service)
                .map(ContainerState::getContainerId)
                .orElseThrow(() -> new IllegalStateException(service + " has no container"));
    }

    static String service(Part part) {
        return switch (part) {
            case JOB_MANAGER -> "jobmanager";
            case TASK_MANAGER_1 -> "taskmanager-1";
            case TASK_MANAGER_2 -> "taskmanager-2";
            case OBJECT_STORE -> "minio";
            case CATALOG -> "rest";
        };
    }

    /** A name that ends in a number is taken for that of an instance, so the instance is always named. */
    private Optional<ContainerState> state(String service) {
        return containers.getContainerByServiceName(service + "-1");
    }

    @Override
    public void close() {
        if (trino != null) {
            trino.close();
        }
        LOGGED.forEach(this::keepLog);
        containers.stop();
    }

    private void keepLog(String service) {
        try {
            Optional<ContainerState> state = state(service);
            if (state.isPresent()) {
                Files.createDirectories(LOGS);
                Files.writeString(
                        Files.createTempFile(LOGS, "container-" + service + "-", ".log"),
                        state.get().getLogs(),
                        UTF_8);
            }
        } catch (IOException | RuntimeException e) {
            // The containers have to be stopped, whatever becomes of their logs.
            System.err.println("The log of " + service + " is lost: " + e);
        }
    }
}
