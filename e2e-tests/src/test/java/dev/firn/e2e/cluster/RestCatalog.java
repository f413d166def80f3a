package dev.firn.e2e.cluster;

import dev.firn.catalog.CatalogRunner;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An Iceberg REST catalog of the tables under {@link Endpoints#WAREHOUSE}, in a process of its own. Killed and started
 * again, it has the same address and the same tables. One thread.
 */
public final class RestCatalog implements AutoCloseable {

    private final int port = Ports.free();
    private final Service service;

    /**
     * @param disk for its database, which outlives the process
     * @param objectStore where the tables' files are
     */
    public RestCatalog(Path disk, URI objectStore) {
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
        this.service = new Service(JavaProcess.Command.of("rest-catalog", disk, program), port);
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Starts it, also after a kill. Does not wait for it. */
    public void start() {
        service.start();
    }

    public void awaitReady() {
        service.awaitReady();
    }

    /** Ends it at once, as {@code kill -9} does, and returns when it is gone. */
    public void kill() {
        service.kill();
    }

    @Override
    public void close() {
        service.close();
    }
}
