import static java.nio.charset.StandardCharsets.UTF_8;

import io.trino.plugin.iceberg.IcebergPlugin;
import io.trino.testing.DistributedQueryRunner;
import io.trino.testing.TestingSession;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Trino's own server for tests, a coordinator that is its only worker, with an Iceberg catalog {@code lake}, until its
 * input ends. Its only line of output is {@code ready} and its base URL.
 *
 * <p>Started from its source, since what it calls is compiled for a newer Java than the build's.
 */
public final class TrinoRunner {

    private TrinoRunner() {}

    /** @param args the directory for its data, and properties of the catalog as {@code key=value} */
    public static void main(String[] args) throws Exception {
        PrintStream answers = new PrintStream(System.out, true, UTF_8);
        System.setOut(System.err);
        Map<String, String> properties = new HashMap<>();
        for (String argument : args) {
            int equals = argument.indexOf('=');
            if (equals > 0) {
                properties.put(argument.substring(0, equals), argument.substring(equals + 1));
            }
        }
        try (DistributedQueryRunner trino = DistributedQueryRunner.builder(
                        TestingSession.testSessionBuilder().build())
                .setWorkerCount(0)
                .setBaseDataDir(Optional.of(Files.createDirectories(Path.of(args[0]))))
                .build()) {
            trino.installPlugin(new IcebergPlugin());
            trino.createCatalog("lake", "iceberg", properties);
            answers.println("ready " + trino.getCoordinator().getBaseUrl());
            System.in.transferTo(PrintStream.nullOutputStream());
        }
        System.exit(0);
    }
}
