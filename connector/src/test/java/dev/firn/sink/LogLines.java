package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The documented lines that this thread has logged since a moment, since other tests may run meanwhile;
 * log4j2-test.properties tells which classes they are of.
 */
record LogLines(long from) {

    private static final Path LOG = Path.of("target", "documented-lines.log");
    private static final Pattern FIELD = Pattern.compile("([a-z-]+)=");

    static LogLines sinceNow() throws IOException {
        return new LogLines(Files.size(LOG));
    }

    /** The only line that begins so. */
    String only(String beginning) throws IOException {
        String thread = Thread.currentThread().getName() + ": ";
        byte[] log = Files.readAllBytes(LOG);
        List<String> found = new String(log, (int) from, log.length - (int) from, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith(thread + beginning))
                .map(line -> line.substring(thread.length()))
                .toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    /** The names of a line's fields. */
    static Set<String> fields(String line) {
        return FIELD.matcher(line).results().map(field -> field.group(1)).collect(Collectors.toSet());
    }
}
