package dev.firn.benchmarks.contest;

import dev.firn.benchmarks.report.Spread;
import java.util.List;
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
