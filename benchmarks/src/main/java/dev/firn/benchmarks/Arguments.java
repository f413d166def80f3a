package dev.firn.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Arguments {@code name=value} of a measurement. Immutable. */
public final class Arguments {

    private static final String DIRECTORY = "directory";

    private final Map<String, String> values;

    private Arguments(Map<String, String> values) {
        this.values = values;
    }

    /** @throws IllegalArgumentException if one is no setting, or none of these */
    public static Arguments parse(String[] arguments, Set<String> names) {
        Map<String, String> values = new HashMap<>();
        for (String argument : arguments) {
            String[] setting = argument.split("=", 2);
            if (setting.length != 2 || !names.contains(setting[0])) {
                throw new IllegalArgumentException("Not a setting: " + argument + "; there are " + names);
            }
            values.put(setting[0], setting[1]);
        }
        return new Arguments(values);
    }

    public String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    public int number(String name, int otherwise) {
        return Integer.parseInt(text(name, Integer.toString(otherwise)));
    }

    /** @throws IllegalArgumentException if it has no constant of that name, in whatever case */
    public <E extends Enum<E>> E constant(String name, E otherwise) {
        return Enum.valueOf(
                otherwise.getDeclaringClass(), text(name, otherwise.name()).toUpperCase(Locale.ROOT));
    }

    /** The directory that was named, or else a temporary one. It exists. */
    public Path directory(String prefix) throws IOException {
        String named = values.get(DIRECTORY);
        return named == null ? Files.createTempDirectory(prefix) : Files.createDirectories(Path.of(named));
    }
}
