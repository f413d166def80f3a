package dev.firn.e2e.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file of {@code examples/sql}. */
enum SqlFile {
    KAFKA_TO_FIRN("kafka-to-firn.sql"),
    PARTITIONED_TABLE("partitioned-table.sql"),
    CHANGE_FEED("change-feed.sql"),
    READ_WITH_FLINK("read-with-flink.sql"),
    READ_WITH_SPARK("read-with-spark.sql"),
    READ_WITH_TRINO("read-with-trino.sql");

    static final Path FOLDER = Path.of("..", "examples", "sql").toAbsolutePath().normalize();

    private final String fileName;

    SqlFile(String fileName) {
        this.fileName = fileName;
    }

    String fileName() {
        return fileName;
    }

    /** The statements, without comments and without the semicolons at their ends. */
    List<String> statements() {
        List<String> statements = new ArrayList<>();
        StringBuilder statement = new StringBuilder();
        for (String line : lines()) {
            String code = line.replaceFirst("\\s*--.*$", "");
            if (code.isBlank()) {
                continue;
            }
            statement.append(code).append('\n');
            boolean withinSet = statement.indexOf("STATEMENT SET") >= 0 && !code.equals("END;");
            if (code.endsWith(";") && !withinSet) {
                statements.add(statement.substring(0, statement.length() - ";\n".length()));
                statement.setLength(0);
            }
        }
        if (!statement.isEmpty()) {
            throw new IllegalStateException(fileName + " has no semicolon at the end of " + statement);
        }
        return statements;
    }

    private List<String> lines() {
        try {
            return Files.readAllLines(FOLDER.resolve(fileName));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
