package dev.firn.e2e.cluster;

import dev.firn.catalog.CatalogRunner;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An Iceberg REST catalog of the tables under {@link Endpoints#WAREHOUSE}, in a process of its own. */
final class RestCatalog {

    private RestCatalog() {}

    /**
     * @param disk for its database, which outlives the process
     * @param objectStore where the tables' files are
     */
    static Service on(Path disk, URI objectStore) {
        int port = Ports.free();
        List<String> program = new ArrayList<>(List.of(
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                JavaProcess.classPath(Program.REST_CATALOG.classPath()),
                CatalogRunner.class.getName(),
                Integer.toString(port),
                "uri=jdbc:sqlite:" + disk.resolve("catalog.db") + "?busy_timeout=10000",
                "jdbc.schema-version=V1",
                "warehouse=" + Endpoints.WAREHOUSE));
        Endpoints.fileProperties(objectStore).forEach((key, value) -> program.add(key + "=" + value));
        return new Service(JavaProcess.Command.of("rest-catalog", disk, program), port);
    }
}
