package dev.firn.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The statements of one SQL file of the quick start, its {@code ${placeholders}} filled in. */
record SqlScript(List<String> statements) {

    /** A semicolon within a statement set ends a line too, but no empty line follows it. */
    private static final Pattern END_OF_STATEMENT = Pattern.compile(";\\s*(?:\\n\\s*\\n|\\z)");

    SqlScript {
        statements = List.copyOf(statements);
    }

    /** Reads {@code quickstart/<name>} from the class path. */
    static SqlScript read(String name, Map<String, String> values) {
        String sql = resource("/quickstart/" + name);
        for (Map.Entry<String, String> value : values.entrySet()) {
            sql = sql.replace("${" + value.getKey() + "}", value.getValue());
        }
        return new SqlScript(Arrays.stream(END_OF_STATEMENT.split(sql))
                .filter(statement -> !statement.isBlank())
                .toList());
    }

    private static String resource(String path) {
        try (InputStream in = SqlScript.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException(path + " is not on the class path");
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
