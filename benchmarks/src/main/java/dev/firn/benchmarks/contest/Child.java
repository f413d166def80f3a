package dev.firn.benchmarks.contest;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Takes turns, each in a process of its own whose memory is all there from the start. */
final class Child {

    private final Path work;
    private final Path sparkModule;
    private final String heap;

    /**
     * @param work for tables and logs
     * @param sparkModule the built module that starts Spark
     * @param heap of a process, such as {@code 5g}
     */
    Child(Path work, Path sparkModule, String heap) {
        this.work = work;
        this.sparkModule = sparkModule;
        this.heap = heap;
    }

    /** The flags of every process, but for the class path. */
    static List<String> flags(String heap) {
        return List.of("-Xms" + heap, "-Xmx" + heap, "-XX:+AlwaysPreTouch", "-XX:+UseTransparentHugePages");
    }

    /** @throws IllegalStateException if the turn failed, or the table did not hold what it has to */
    Result take(Turn turn) throws IOException, InterruptedException {
        delete(work.resolve("turn"));
        Path directory = Files.createDirectories(work.resolve("turn"));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags(heap));
        command.add("-Djava.io.tmpdir=" + Files.createDirectories(directory.resolve("tmp")));
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(Trial.class.getName());
        command.add(directory.toString());
        command.addAll(turn.arguments());
        command.add("spark=" + sparkModule);
        Path log = work.resolve("turn.log");
        int code = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        if (code != 0) {
            throw new IllegalStateException(
                    turn.contestant() + " failed at " + turn.settings() + "; its log is " + log);
        }
        Result result =
                new ObjectMapper().readValue(directory.resolve("result.json").toFile(), Result.class);
        delete(directory);
        return result;
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
