package dev.firn.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.table.FirnOptions;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.junit.jupiter.api.Test;

/** What the documents say about files and options is so. */
class DocumentsTest {

    private static final Path PROJECT = Path.of("..");
    private static final Pattern CODE = Pattern.compile("(?s)```.*?```|`[^`\n]*`");
    private static final Pattern LINK = Pattern.compile("\\[[^]]+]\\((?!https?:)([^)#]*)(?:#([^)]+))?\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        List<String> dead = new ArrayList<>();
        for (Path document : documents()) {
            String text = CODE.matcher(Files.readString(document)).replaceAll("");
            for (var link : LINK.matcher(text).results().toList()) {
                Path target = link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1));
                if (!Files.exists(target)
                        || (link.group(2) != null && !anchors(target).contains(link.group(2)))) {
                    dead.add(document + ": " + link.group());
                }
            }
        }
        assertThat(dead).isEmpty();
    }

    @Test
    void everyOptionIsInTheReadmeWithItsDefault() throws IOException, IllegalAccessException {
        String readme = Files.readString(PROJECT.resolve("README.md"));
        for (Field field : FirnOptions.class.getFields()) {
            ConfigOption<?> option = (ConfigOption<?>) field.get(null);
            String row = readme.lines()
                    .filter(line -> line.startsWith("| `" + option.key() + "` |"))
                    .findFirst()
                    .orElse("");
            assertThat(row).as(option.key()).isNotEmpty();
            if (option.hasDefaultValue() && !option.defaultValue().equals(List.of())) {
                assertThat(row.split("\\|", -1)[2]).as(option.key()).contains("`" + option.defaultValue() + "`");
            }
        }
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> docs = Files.list(PROJECT.resolve("docs"));
                Stream<Path> top = Files.list(PROJECT)) {
            return Stream.of(docs, top, Stream.of(Path.of("README.md"), Path.of("data/pgbench-cdc/README.md")))
                    .flatMap(files -> files)
                    .filter(file -> file.toString().endsWith(".md"))
                    .toList();
        }
    }

    private static List<String> anchors(Path document) throws IOException {
        return HEADING.matcher(Files.readString(document))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 -]", "")
                        .replace(' ', '-'))
                .toList();
    }
}
