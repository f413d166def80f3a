package dev.firn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** ARCHITECTURE.md is read first by whoever changes something, so no room may be missing there. */
class ArchitectureDocumentTest {

    private static final Path PROJECT = Path.of("..");

    @Test
    void everyPackageIsNamedInTheDocument() throws IOException {
        String document = Files.readString(PROJECT.resolve("ARCHITECTURE.md"));

        assertThat(packages())
                .isNotEmpty()
                .allSatisfy(name -> assertThat(document).contains("`" + name + "`"));
    }

    private static List<String> packages() throws IOException {
        try (Stream<Path> files = Files.walk(PROJECT)) {
            return files.filter(file -> file.endsWith("package-info.java"))
                    .map(file -> PROJECT.relativize(file.getParent()).toString())
                    .filter(folder -> folder.contains("src/main/java/dev/firn/"))
                    .map(folder -> folder.substring(folder.indexOf("dev/firn/")).replace('/', '.'))
                    .distinct()
                    .sorted()
                    .toList();
        }
    }
}
