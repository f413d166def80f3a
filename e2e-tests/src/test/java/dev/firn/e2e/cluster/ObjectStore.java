package dev.firn.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** An S3 object store with the one bucket of {@link Endpoints#WAREHOUSE}, in a process of its own. */
final class ObjectStore {

    private ObjectStore() {}

    /** @param disk for its objects, which outlives the process */
    static Service on(Path disk) {
        int port = Ports.free();
        Path objects = disk.resolve("objects");
        Path configuration = disk.resolve("s3proxy.properties");
        try {
            // To the store a folder is a bucket.
            Files.createDirectories(
                    objects.resolve(URI.create(Endpoints.WAREHOUSE).getHost()));
            Files.writeString(configuration, properties(port, objects));
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
        return new Service(JavaProcess.Command.of("object-store", disk, program), port);
    }

    private static String properties(int port, Path objects) {
        return Map.of(
                        "s3proxy.endpoint",
                        Service.uri(port).toString(),
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
}
