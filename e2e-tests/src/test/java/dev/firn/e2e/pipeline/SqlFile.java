package dev.firn.e2e.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Statements of a file of {@code examples/sql}, adapted to where they are executed. */
final class SqlFile {

    private static final Path FOLDER =
            Path.of("..", "examples", "sql").toAbsolutePath().normalize();

    private SqlFile() {}

    /**
     * @param replacements what stands in the file, and what is executed instead; each must occur
     * @return the statements, without comments and without the semicolons at their ends
     */
    static List<String> statements(String name, Map<String, String> replacements) {
        String text = read(FOLDER.resolve(name));
        for (Map.Entry<String, String> replacement : replacements.entrySet()) {
            if (!text.contains(replacement.getKey())) {
                throw new IllegalArgumentException(name + " does not contain " + replacement.getKey());
            }
            text = text.replace(replacement.getKey(), replacement.getValue());
        }
        return split(text);
    }

    private static List<String> split(String text) {
        List<String> statements = new ArrayList<>();
        StringBuilder statement = new StringBuilder();
        for (String line : text.lines().toList()) {
            String code = line.replaceFirst("\\s*--.*$", "");
            if (code.isBlank()) {
                continue;
            }
            statement.append(code).append('\n');
            boolean inside =
                    statement.indexOf("STATEMENT SET") >= 0 && !code.strip().equals("END;");
            if (code.endsWith(";") && !inside) {
                statements.add(statement.substring(0, statement.length() - ";\n".length()));
                statement.setLength(0);
            }
        }
        if (!statement.isEmpty()) {
            throw new IllegalArgumentException("A semicolon is missing at the end of " + statement);
        }
        return statements;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
