package dev.firn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Objects;

/**
 * What released versions wrote into the state of jobs: never change a file, add another.
 * {@code -Dfirn.golden.write=true} writes those that are missing.
 */
public final class GoldenFiles {

    private static final Path DIRECTORY = Path.of("src/test/resources/golden");

    private GoldenFiles() {}

    /** @param now what this version writes, for a file that is missing */
    public static byte[] golden(String name, byte[] now) throws IOException {
        Path file = DIRECTORY.resolve(name + ".hex");
        if (Boolean.getBoolean("firn.golden.write") && Files.notExists(file)) {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.writeString(file, HexFormat.of().formatHex(now).replaceAll("(.{120})", "$1\n") + "\n");
        }
        return HexFormat.of().parseHex(Files.readString(file).replace("\n", ""));
    }
}
