package dev.firn.e2e.cluster;

import dev.firn.kafka.KafkaRunner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A Kafka of one node, in a process of its own. */
final class KafkaBroker implements AutoCloseable {

    private final JavaProcess process;
    private final String address;

    private KafkaBroker(JavaProcess process) {
        this.process = process;
        this.address = process.awaitReady();
    }

    /** @param disk for its data */
    static KafkaBroker start(Path disk) {
        try {
            Files.createDirectories(disk);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new KafkaBroker(JavaProcess.Command.of(
                        "kafka",
                        disk,
                        List.of(
                                "-Xmx384m",
                                "-cp",
                                JavaProcess.classPath(Program.KAFKA.classPath()),
                                KafkaRunner.class.getName(),
                                disk.toString()))
                .start());
    }

    String bootstrapServers() {
        return address;
    }

    @Override
    public void close() {
        process.close();
    }
}
