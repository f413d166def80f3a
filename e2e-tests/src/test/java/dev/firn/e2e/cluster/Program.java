package dev.firn.e2e.cluster;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A program beside the tests, whose class path the build has resolved in the module of its name. */
public enum Program {
    FLINK("flink"),
    FLINK_LIB("flink-lib"),
    HADOOP_MINIMAL("hadoop-minimal"),
    KAFKA("kafka"),
    OBJECT_STORE("object-store"),
    REST_CATALOG("rest-catalog"),
    SPARK("spark"),
    TRINO("trino");

    private static final Path RUNTIMES =
            Path.of("..", "runtimes").toAbsolutePath().normalize();

    private final String module;

    Program(String module) {
        this.module = module;
    }

    /** The module's own classes, if it has any, and what they need. */
    public List<Path> classPath() {
        Path classes = folder().resolve("target/classes");
        return Stream.concat(Stream.of(classes).filter(Files::exists), jars().stream())
                .toList();
    }

    /** What the module needs, without classes of its own. */
    public List<Path> jars() {
        Path list = folder().resolve("target/classpath");
        if (!Files.exists(list)) {
            throw new IllegalStateException(list + " is missing, which the build of module runtimes/" + module
                    + " writes. Run the tests by" + " Maven, with that module among those that it builds ('-am')");
        }
        try {
            return Stream.of(Files.readString(list).strip().split(File.pathSeparator))
                    .map(Path::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The module's folder. */
    public Path folder() {
        return RUNTIMES.resolve(module);
    }
}
