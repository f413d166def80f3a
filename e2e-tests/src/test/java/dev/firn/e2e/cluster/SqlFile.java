package dev.firn.e2e.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The statements of an SQL file, without its comments and the semicolons between them. A statement ends with the line
 * that ends in a semicolon, but a statement set with {@code END;}.
 */
public record SqlFile(List<String> statements) {

    private static final String STATEMENT_SET = "EXECUTE STATEMENT SET";
    private static final String END_OF_STATEMENT_SET = "END;";

    public SqlFile {
        statements = List.copyOf(statements);
    }

    public static SqlFile read(Path file) {
        try {
            return of(Files.readString(file, UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws IllegalArgumentException if the last statement has no end */
    static SqlFile of(String text) {
        List<String> statements = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        for (String line : text.lines().map(String::stripTrailing).toList()) {
            if (line.isBlank() || line.stripLeading().startsWith("--")) {
                continue;
            }
            lines.add(line);
            boolean ends =
                    lines.get(0).startsWith(STATEMENT_SET) ? line.equals(END_OF_STATEMENT_SET) : line.endsWith(";");
            if (ends) {
                String statement = String.join("\n", lines);
                statements.add(statement.substring(0, statement.length() - 1));
                lines.clear();
            }
        }
        if (!lines.isEmpty()) {
            throw new IllegalArgumentException("The last statement has no end: " + String.join("\n", lines));
        }
        return new SqlFile(statements);
    }

    /** The same statements, each as the function makes it: with other addresses, say. */
    public SqlFile with(UnaryOperator<String> change) {
        return new SqlFile(statements.stream().map(change).toList());
    }
}
