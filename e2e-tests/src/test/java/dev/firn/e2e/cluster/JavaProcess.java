package dev.firn.e2e.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A JVM of its own, which ends with this one at the latest. What it says goes to a file under {@code target/logs}, and
 * stays there. One thread.
 */
public final class JavaProcess implements AutoCloseable {

    private static final long DEADLINE_SECONDS = 90;
    private static final int LINES_SHOWN = 60;
    private static final Path LOGS = Path.of("target", "logs").toAbsolutePath();

    private final String name;
    private final Process process;
    private final Path log;
    private final Thread end;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final Thread reader;

    private JavaProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.reader = new Thread(this::readAnswers, "answers of " + name);
        reader.setDaemon(true);
        this.end = new Thread(process::destroyForcibly, "end " + name);
        Runtime.getRuntime().addShutdownHook(end);
    }

    /**
     * How to start one.
     *
     * @param name of its log
     * @param program class path and whatever else Java takes, up to the main class, its arguments included
     */
    public record Command(
            String name, Path javaHome, Path directory, Map<String, String> environment, List<String> program) {
        public Command {
            environment = Map.copyOf(environment);
            program = List.copyOf(program);
        }

        /** A program for the JVM that runs this one. */
        public static Command of(String name, Path directory, List<String> program) {
            return new Command(name, Path.of(System.getProperty("java.home")), directory, Map.of(), program);
        }

        /** @param environment of the process, beside that of this one */
        public Command with(Map<String, String> environment) {
            return new Command(name, javaHome, directory, environment, program);
        }

        /** Starts the program; its standard output is read by {@link JavaProcess#answer()}. */
        public JavaProcess start() {
            Path log = newLog(name);
            return start(builder().redirectError(log.toFile()), log);
        }

        /** Starts the program; its standard output goes to the log. */
        public JavaProcess startSilently() {
            Path log = newLog(name);
            return start(builder().redirectErrorStream(true).redirectOutput(log.toFile()), log);
        }

        private ProcessBuilder builder() {
            List<String> command = new ArrayList<>();
            command.add(javaHome.resolve("bin").resolve("java").toString());
            // What the JVM itself says is no answer.
            command.addAll(List.of("-Xlog:disable", "-Xlog:all=warning:stderr", "-XX:ReservedCodeCacheSize=160m"));
            command.addAll(program);
            ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
            builder.environment().putAll(environment);
            return builder;
        }

        private JavaProcess start(ProcessBuilder builder, Path log) {
            try {
                Files.createDirectories(directory);
                return new JavaProcess(name, builder.start(), log);
            } catch (IOException e) {
                throw new UncheckedIOException(name + " does not start", e);
            }
        }
    }

    /** Paths as Java's option {@code -cp} takes them. */
    public static String classPath(List<Path> paths) {
        return paths.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    private static Path newLog(String name) {
        try {
            Files.createDirectories(LOGS);
            return Files.createTempFile(LOGS, name + "-", ".log");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for a line {@code ready <address>}. */
    public String awaitReady() {
        String line = answer();
        if (!line.startsWith("ready ")) {
            throw new AssertionError(name + " says " + line + "\n" + said());
        }
        return line.substring("ready ".length());
    }

    /** Writes a line to its standard input. */
    public void tell(String line) {
        try {
            process.outputWriter(UTF_8).append(line).append('\n').flush();
        } catch (IOException e) {
            throw new AssertionError(name + " has ended:\n" + said(), e);
        }
    }

    /** Waits for the next line of its standard output. */
    public String answer() {
        if (reader.getState() == Thread.State.NEW) {
            reader.start();
        }
        try {
            String line = answers.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError(name + " does not answer:\n" + said());
            }
            if (line.isEmpty()) {
                throw new AssertionError(name + " has ended:\n" + said());
            }
            return line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(name + " was waited for", e);
        }
    }

    /** The last line is empty. */
    private void readAnswers() {
        try (BufferedReader lines = process.inputReader(UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                answers.put(line);
            }
            answers.put("");
        } catch (IOException | InterruptedException e) {
            // Killed, or forgotten.
            answers.clear();
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** The last lines of its log, and where all of it is. */
    public String said() {
        try (Stream<String> lines = Files.lines(log)) {
            List<String> all = lines.toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - LINES_SHOWN), all.size())) + "\n(" + log
                    + ")";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it at once, as {@code kill -9} does. */
    public void kill() {
        process.destroyForcibly().onExit().join();
        Runtime.getRuntime().removeShutdownHook(end);
    }

    /** Closes its standard input, which ends those that read it, and kills it if that does not end it soon. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // It has ended already.
        }
        process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join();
        kill();
    }
}
