package dev.firn.e2e.pipeline;

import dev.firn.e2e.cluster.Endpoints;
import dev.firn.e2e.cluster.SqlFile;
import java.nio.file.Path;
import java.util.List;

/** A file of {@code examples/sql}. */
enum Example {
    KAFKA_TO_FIRN("kafka-to-firn.sql"),
    PARTITIONED_TABLE("partitioned-table.sql"),
    CHANGE_FEED("change-feed.sql"),
    READ_WITH_FLINK("read-with-flink.sql"),
    READ_WITH_SPARK("read-with-spark.sql"),
    READ_WITH_TRINO("read-with-trino.sql");

    private static final Path FOLDER =
            Path.of("..", "examples", "sql").toAbsolutePath().normalize();

    private final String fileName;

    Example(String fileName) {
        this.fileName = fileName;
    }

    /** @param side whose addresses stand for those of the compose file */
    List<String> statements(Endpoints side) {
        return SqlFile.read(FOLDER.resolve(fileName))
                .with(statement -> statement
                        .replace("kafka:9092", side.kafka())
                        .replace("http://rest:8181", side.catalog().toString())
                        .replace("http://minio:9000", side.objectStore().toString()))
                .statements();
    }
}
