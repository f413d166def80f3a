package dev.firn.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs everything once in this process: what it measures is nothing, but what does not work any more is seen. */
class MicrobenchmarksTest {

    @Test
    void everyBenchmarkRuns() throws Exception {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include("^dev\\.firn\\.")
                        .forks(0)
                        .mode(Mode.SingleShotTime)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .param("kind", "BIGINT")
                        .param("keys", "20000")
                        .param("percent", "20")
                        .param("files", "200")
                        .param("rows", "20000")
                        .build())
                .run();

        Set<String> ran = results.stream()
                .map(result -> result.getParams().getBenchmark())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(ran).isEqualTo(declared()).isNotEmpty();
    }

    /** The benchmarks among the compiled classes of this module. */
    private static Set<String> declared() throws Exception {
        Path classes = Path.of(Microbenchmarks.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Set<String> benchmarks = new TreeSet<>();
        for (String name : names(classes)) {
            Class<?> type = Class.forName(name, false, Microbenchmarks.class.getClassLoader());
            Arrays.stream(type.getMethods())
                    .filter(method -> method.getDeclaringClass() == type)
                    .filter(method -> method.isAnnotationPresent(Benchmark.class))
                    .forEach(method -> benchmarks.add(name + "." + method.getName()));
        }
        return benchmarks;
    }

    private static Set<String> names(Path classes) throws IOException {
        try (Stream<Path> files = Files.walk(classes)) {
            return files.map(file -> classes.relativize(file).toString())
                    .filter(file -> file.endsWith("Benchmark.class"))
                    .map(file -> file.substring(0, file.length() - ".class".length())
                            .replace(classes.getFileSystem().getSeparator(), "."))
                    .collect(Collectors.toSet());
        }
    }
}
