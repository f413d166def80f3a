package dev.firn.benchmarks;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the benchmarks of the engine's rooms, each in a process of its own, and prints what an operation costs: a row or
 * a key, as the benchmark says.
 *
 * <p>Arguments: {@code --brief} for fewer and shorter iterations, and regular expressions of benchmarks' names, of
 * which one has to be found; by default all are run.
 */
public final class Microbenchmarks {

    private static final String BRIEF = "--brief";

    private Microbenchmarks() {}

    public static void main(String[] arguments) throws RunnerException {
        List<String> names =
                List.of(arguments).stream().filter(name -> !name.equals(BRIEF)).toList();
        Iterations iterations = names.size() < arguments.length ? Iterations.BRIEF : Iterations.USUAL;
        ChainedOptionsBuilder options = new OptionsBuilder()
                .forks(1)
                .jvmArgs("-Xms2g", "-Xmx2g", "-XX:+UseSerialGC")
                .warmupIterations(iterations.warmups())
                .warmupTime(iterations.time())
                .measurementIterations(iterations.measurements())
                .measurementTime(iterations.time())
                .addProfiler(ProcessorTime.class)
                .addProfiler(GCProfiler.class);
        names.forEach(options::include);
        print(new Runner(options.build()).run());
    }

    private record Iterations(int warmups, int measurements, TimeValue time) {
        static final Iterations BRIEF = new Iterations(2, 2, TimeValue.milliseconds(500));
        static final Iterations USUAL = new Iterations(3, 4, TimeValue.seconds(1));
    }

    private static void print(Collection<RunResult> results) {
        String line = "%-52s %-28s %12s %10s %12s%n";
        System.out.printf(Locale.ROOT, line, "benchmark", "with", "million/s", "CPU ns", "heap bytes");
        for (RunResult result : results) {
            BenchmarkParams params = result.getParams();
            System.out.printf(
                    Locale.ROOT,
                    line,
                    params.getBenchmark().replaceFirst("^dev\\.firn\\.", ""),
                    params.getParamsKeys().stream().map(params::getParam).collect(Collectors.joining(", ")),
                    "%.3f".formatted(result.getPrimaryResult().getScore() / 1e6),
                    figure(result, ProcessorTime.LABEL),
                    figure(result, "gc.alloc.rate.norm"));
        }
    }

    // JMH tells secondary results without their type.
    @SuppressWarnings("rawtypes")
    private static String figure(RunResult result, String label) {
        return result.getSecondaryResults().entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(label))
                .map(entry -> "%.1f".formatted(entry.getValue().getScore()))
                .findFirst()
                .orElse("");
    }
}
