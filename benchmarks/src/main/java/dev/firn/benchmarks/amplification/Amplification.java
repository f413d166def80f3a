package dev.firn.benchmarks.amplification;

import dev.firn.benchmarks.Arguments;
import dev.firn.benchmarks.amplification.Trial.Outcome;
import dev.firn.compaction.CompactionOptions;
import dev.firn.compaction.CompactionStrategy;
import dev.firn.compaction.Workload;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.apache.commons.io.FileUtils;

/**
 * Measures the write and space amplification of a table of real files. docs/compaction.md has the figures; arguments
 * are settings such as {@code rows=200000 changes=50000 workload=zipf ratio=0.3}.
 */
public final class Amplification {

    private static final Set<String> SETTINGS = Set.of(
            "rows",
            "changes",
            "turnover",
            "buckets",
            "seed",
            "workload",
            "shape",
            "strategy",
            "ratio",
            "runs",
            "directory");

    private final Arguments arguments;

    private Amplification(Arguments arguments) {
        this.arguments = arguments;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        new Amplification(Arguments.parse(arguments, SETTINGS)).run();
    }

    private void run() throws IOException, InterruptedException {
        Trial.Parameters parameters = new Trial.Parameters(
                new Trial.Load(
                        arguments.number("rows", 200_000),
                        arguments.number("changes", 50_000),
                        arguments.number("turnover", 20),
                        arguments.number("buckets", 4),
                        arguments.number("seed", 1)),
                arguments.constant("workload", Workload.UNIFORM),
                arguments.constant("shape", RowShape.PAYLOAD),
                options());
        Path directory = arguments.directory("amplification");
        try {
            report(parameters, new Trial(parameters).run(directory));
        } finally {
            FileUtils.deleteDirectory(new File(directory.toString()));
        }
    }

    private CompactionOptions options() {
        CompactionOptions options = CompactionOptions.of(arguments.constant("strategy", CompactionStrategy.TIERED));
        return options.withDeadRowsRatio(
                        Double.parseDouble(arguments.text("ratio", Double.toString(options.deadRowsRatio()))))
                .withTargets(options.targets()
                        .withRuns(arguments.number("runs", options.targets().runs())));
    }

    private static void report(Trial.Parameters parameters, Outcome outcome) {
        Trial.Load load = parameters.load();
        CompactionOptions options = parameters.options();
        System.out.printf(
                Locale.ROOT,
                "%s %s %s rows=%d changes=%d turnover=%d buckets=%d seed=%d ratio=%.2f runs=%d%n",
                options.strategy(),
                parameters.workload(),
                parameters.shape(),
                load.rows(),
                load.changes(),
                load.turnover(),
                load.buckets(),
                load.seed(),
                options.deadRowsRatio(),
                options.targets().runs());
        System.out.printf(
                Locale.ROOT,
                "  written / input written once: data %.2f, deletion vectors %.3f, manifests %.3f (%.0f MB of %.0f MB)%n",
                outcome.written().data() / outcome.perInput(),
                outcome.written().vectors() / outcome.perInput(),
                outcome.written().metadata() / outcome.perInput(),
                outcome.written().data() / 1e6,
                outcome.perInput() / 1e6);
        System.out.printf(
                Locale.ROOT,
                "  data files / live rows written once: mean %.3f, most %.3f; bound on bytes written there: %.2f%n",
                outcome.space().mean(),
                outcome.space().most(),
                CleaningBound.writeAmplificationAt(outcome.space().mean()));
        System.out.printf(
                Locale.ROOT,
                "  files that may hold a key %.1f; bytes of a row: flushed %.1f, merged %.1f, written once %.1f%n",
                outcome.space().filesPerKey(),
                outcome.space().rows().flushed(),
                outcome.space().rows().merged(),
                outcome.space().rows().once());
        System.out.printf(
                Locale.ROOT,
                "  processor time of a flushed row: flush %.2f us, merges %.2f us%n",
                outcome.processor().flush(),
                outcome.processor().merges());
    }
}
