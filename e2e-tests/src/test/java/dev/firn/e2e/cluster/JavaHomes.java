package dev.firn.e2e.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The folders where a Java may be installed, for a program that needs a newer one than the tests, in order. */
record JavaHomes(List<Path> folders) {

    /** System property with the folder of a Java, which comes before any other. */
    static final String PROPERTY = "firn.java.home";

    private static final Pattern NAMES = Pattern.compile("(JAVA|JDK).*");
    private static final Pattern FEATURE = Pattern.compile("\"?(\\d+).*");

    JavaHomes {
        folders = List.copyOf(folders);
    }

    static JavaHomes ofThisMachine() {
        return of(System.getProperty(PROPERTY), System.getenv(), Path.of(System.getProperty("java.home")));
    }

    /**
     * @param chosen by the user
     * @param environment of which variables like {@code JAVA_HOME} or {@code JDK_25} may name folders
     * @param running the home of some Java, which may have others beside it
     */
    static JavaHomes of(@Nullable String chosen, Map<String, String> environment, Path running) {
        Stream<String> named = new TreeMap<>(environment)
                .entrySet().stream()
                        .filter(variable -> NAMES.matcher(variable.getKey()).matches())
                        .map(Map.Entry::getValue);
        return new JavaHomes(Stream.concat(
                        Stream.concat(Stream.ofNullable(chosen), named).flatMap(JavaHomes::path),
                        beside(running).stream())
                .toList());
    }

    /** Nothing for a variable like {@code JAVA_OPTS}. */
    private static Stream<Path> path(String text) {
        try {
            return Stream.of(Path.of(text));
        } catch (InvalidPathException e) {
            return Stream.empty();
        }
    }

    private static List<Path> beside(Path home) {
        try (Stream<Path> folders = Files.list(home.resolveSibling(""))) {
            return folders.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first one of that version or a later one. */
    Optional<Path> atLeast(int feature) {
        return folders.stream().filter(folder -> feature(folder) >= feature).findFirst();
    }

    /** The version's first number, by the file {@code release} that each Java has; 0 where there is none. */
    private static int feature(Path folder) {
        Path release = folder.resolve("release");
        if (!Files.isRegularFile(release)) {
            return 0;
        }
        Properties told = new Properties();
        try {
            told.load(new StringReader(Files.readString(release, UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Matcher version = FEATURE.matcher(told.getProperty("JAVA_VERSION", ""));
        return version.matches() ? Integer.parseInt(version.group(1)) : 0;
    }
}
