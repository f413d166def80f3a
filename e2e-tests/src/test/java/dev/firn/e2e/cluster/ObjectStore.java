package dev.firn.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * An S3 object store with the one bucket of {@link Endpoints#WAREHOUSE}, in a process of its own. Killed and started
 * again, it has the same address and the same objects. One thread.
 */
public final class ObjectStore implements AutoCloseable {

    private final int port = Ports.free();
    private final Service service;

    /** @param disk for its objects, which outlives the process */
    public ObjectStore(Path disk) {
        Path objects = disk.resolve("objects");
        Path configuration = disk.resolve("s3proxy.properties");
        try {
            // To the store a folder is a bucket.
            Files.createDirectories(
                    objects.resolve(URI.create(Endpoints.WAREHOUSE).getHost()));
            Files.writeString(configuration, properties(objects));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> program = List.of(
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=" + Program.OBJECT_STORE.folder().resolve("logback.xml"),
                "-cp",
                JavaProcess.classPath(Program.OBJECT_STORE.classPath()),
                "org.gaul.s3proxy.Main",
                "--properties",
                configuration.toString());
        this.service = new Service(JavaProcess.Command.of("object-store", disk, program), port);
    }

    private String properties(Path objects) {
        return Map.of(
                        "s3proxy.endpoint",
                        uri().toString(),
                        "s3proxy.authorization",
                        "aws-v2-or-v4",
                        "s3proxy.identity",
                        Endpoints.ACCESS_KEY,
                        "s3proxy.credential",
                        Endpoints.SECRET_KEY,
                        "jclouds.provider",
                        "filesystem-nio2",
                        "jclouds.filesystem.basedir",
                        objects.toString())
                .entrySet()
                .stream()
                .map(property -> property.getKey() + "=" + property.getValue() + "\n")
                .collect(Collectors.joining());
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
