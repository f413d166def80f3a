package dev.firn.benchmarks.contest;

import dev.firn.benchmarks.report.Spread;
import dev.firn.benchmarks.workload.Workload;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** All turns that were taken, and what they came to. */
record Outcomes(List<Outcome> all) {

    record Outcome(Turn turn, Result result) {}

    Outcomes {
        all = List.copyOf(all);
    }

    Outcomes part(String name) {
        return new Outcomes(
                all.stream().filter(one -> one.turn().part().equals(name)).toList());
    }

    Outcomes without(Collection<String> parts) {
        return new Outcomes(
                all.stream().filter(one -> !parts.contains(one.turn().part())).toList());
    }

    Outcomes setup(String name) {
        return new Outcomes(
                all.stream().filter(one -> one.turn().setup().equals(name)).toList());
    }

    Outcomes of(String contestant) {
        return new Outcomes(all.stream()
                .filter(one -> one.turn().contestant().equals(contestant))
                .toList());
    }

    /** In the order of the plan. */
    List<String> contestants() {
        return all.stream().map(one -> one.turn().contestant()).distinct().toList();
    }

    /** In the order of the plan. */
    List<String> setups() {
        return all.stream().map(one -> one.turn().setup()).distinct().toList();
    }

    /**
     * Whoever wrote a table, Spark reads the same.
     *
     * @throws IllegalStateException if it does not
     */
    void checkAnswersOfSpark() {
        Map<Workload, String> answers = new HashMap<>();
        results().forEach(result -> {
            Result.SparkScan spark = result.extras().spark();
            if (spark != null) {
                String known = answers.computeIfAbsent(result.workload(), workload -> spark.answer());
                if (!known.equals(spark.answer())) {
                    throw new IllegalStateException("Spark read " + spark.answer() + " of the table of "
                            + result.contestant() + ", and " + known + " of another one with the same rows");
                }
            }
        });
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    Stream<Result> results() {
        return all.stream().map(Outcome::result);
    }

    /** Nothing where nobody measured it: such figures are NaN. */
    Optional<Spread> spread(ToDoubleFunction<Result> figure) {
        List<Double> figures = results()
                .mapToDouble(figure)
                .filter(value -> !Double.isNaN(value))
                .boxed()
                .toList();
        return figures.isEmpty() ? Optional.empty() : Optional.of(Spread.of(figures));
    }

    /** NaN where nobody measured it. */
    double median(ToDoubleFunction<Result> figure) {
        return spread(figure).map(Spread::median).orElse(Double.NaN);
    }
}
