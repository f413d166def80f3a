package dev.firn.e2e.cluster;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A Trino in a process of its own, with an Iceberg catalog that queries call {@code lake}. It is waited for by the
 * first query. It needs a newer Java than the tests: see {@link #unavailable()}. One thread.
 */
public final class TrinoProcess implements Engine, AutoCloseable {

    private static final int JAVA = 25;

    private final JavaProcess process;
    private @Nullable TrinoConnection connection;

    private TrinoProcess(JavaProcess process) {
        this.process = process;
    }

    /** Why it cannot be started here; empty where it can. */
    public static Optional<String> unavailable() {
        return JavaHomes.ofThisMachine().atLeast(JAVA).isPresent()
                ? Optional.empty()
                : Optional.of("Trino needs a JDK " + JAVA + ", and none was found beside the one that runs this, nor by"
                        + " a variable such as JAVA_HOME_" + JAVA + ", nor by -D" + JavaHomes.PROPERTY + "=<folder>");
    }

    /**
     * Starts it on the REST catalog.
     *
     * @param directory for temporary files
     */
    public static TrinoProcess on(Endpoints endpoints, Path directory) {
        Path java = JavaHomes.ofThisMachine()
                .atLeast(JAVA)
                .orElseThrow(() -> new IllegalStateException(unavailable().orElse("")));
        Path scratch = directory.resolve("trino");
        List<String> program = new ArrayList<>(List.of(
                "-Xmx1g",
                "-XX:TieredStopAtLevel=1",
                "-Duser.timezone=UTC",
                "-Djava.io.tmpdir=" + scratch,
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                JavaProcess.classPath(Program.TRINO.jars()),
                Program.TRINO.folder().resolve("TrinoRunner.java").toString(),
                scratch.resolve("data").toString()));
        catalog(endpoints).forEach((key, value) -> program.add(key + "=" + value));
        return new TrinoProcess(new JavaProcess.Command("trino", java, scratch, Map.of(), program).start());
    }

    private static Map<String, String> catalog(Endpoints endpoints) {
        return Map.of(
                "iceberg.catalog.type",
                "rest",
                "iceberg.rest-catalog.uri",
                endpoints.catalog().toString(),
                "fs.s3.enabled",
                "true",
                "s3.endpoint",
                endpoints.objectStore().toString(),
                "s3.path-style-access",
                "true",
                "s3.aws-access-key",
                Endpoints.ACCESS_KEY,
                "s3.aws-secret-key",
                Endpoints.SECRET_KEY,
                "s3.region",
                Endpoints.REGION);
    }

    @Override
    public List<String> rows(String query) {
        try {
            return connection().rows(query);
        } catch (AssertionError e) {
            throw new AssertionError(process.said(), e);
        }
    }

    private TrinoConnection connection() {
        if (connection == null) {
            connection = new TrinoConnection(URI.create(process.awaitReady()));
        }
        return connection;
    }

    @Override
    public void close() {
        if (connection != null) {
            connection.close();
        }
        process.close();
    }
}
