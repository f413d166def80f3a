package dev.firn.benchmarks.contest;

import dev.firn.benchmarks.report.MarkdownTable;
import dev.firn.benchmarks.report.Spread;
import java.io.IOException;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Everything that was measured, as tables. */
final class Report {

    private static final String NOTHING = "";
    private static final double THOUSAND = 1e3;
    private static final String APPEND = "iceberg-append";
    private static final String REFERENCE = "reference";

    private final Outcomes outcomes;
    private final LocalDate measured;

    /** @param measured the day of the newest turn */
    Report(Outcomes outcomes, LocalDate measured) {
        this.outcomes = outcomes;
        this.measured = measured;
    }

    /** Those of which something was measured, by name. */
    Map<String, String> sections() throws IOException {
        Map<String, String> sections = new LinkedHashMap<>();
        sections.put("machine", Machine.text(outcomes, measured));
        Outcomes ingest = outcomes.part(Plan.INGEST);
        if (!ingest.isEmpty()) {
            sections.put("targets", Targets.table(outcomes).text());
            sections.put("ingest", ingest(ingest).text() + "\n" + Plots.INGEST);
            sections.put("storage", storage(ingest).text());
            sections.put("reading", reading(ingest).text() + "\n" + Plots.SCAN);
            sections.put("restart", restart(ingest).text());
        }
        Outcomes workloads = outcomes.part(Plan.WORKLOADS);
        if (!workloads.isEmpty()) {
            sections.put("workloads", workloads(workloads).text());
        }
        Outcomes checkpoints = outcomes.part(Plan.CHECKPOINTS);
        if (!checkpoints.isEmpty()) {
            sections.put("checkpoints", checkpoints(checkpoints).text());
        }
        return sections;
    }

    private static MarkdownTable ingest(Outcomes outcomes) {
        MarkdownTable table = new MarkdownTable(
                "contestant",
                "CPU-s",
                "the compiler's",
                "wall s",
                "1000 changes per CPU-s",
                "1000 changes per s",
                "checkpoint p50, ms",
                "p99, ms",
                "peak heap, MB",
                "others' CPU-s");
        for (String name : outcomes.contestants()) {
            Outcomes own = outcomes.of(name);
            table.row(
                    name,
                    cell(own, Figures::ingestCpu),
                    cell(own, Figures::compilerCpu),
                    cell(own, Figures::ingestWall),
                    cell(own, result -> result.ingest().rows() / Figures.ingestCpu(result) / THOUSAND),
                    cell(own, result -> result.ingest().rows() / Figures.ingestWall(result) / THOUSAND),
                    cell(own, Figures::checkpointMedian),
                    cell(own, Figures::checkpointPeak),
                    cell(own, Figures::peakHeapMegabytes),
                    cell(own, Figures::others));
        }
        return table;
    }

    private static MarkdownTable storage(Outcomes outcomes) {
        double appended = outcomes.of(APPEND).median(Figures::dataMegabytes);
        double reference = outcomes.of(REFERENCE).median(Figures::liveMegabytes);
        MarkdownTable table = new MarkdownTable(
                "contestant",
                "data written, MB",
                "deletion vectors, MB",
                "metadata, MB",
                "write amplification",
                "live, MB",
                "space amplification",
                "data files",
                "delete files",
                "local disk, bytes a key");
        for (String name : outcomes.contestants()) {
            Outcomes own = outcomes.of(name);
            if (own.median(Figures::liveMegabytes) == 0) {
                continue;
            }
            table.row(
                    name,
                    cell(own, Figures::dataMegabytes),
                    cell(own, Figures::deleteMegabytes),
                    cell(own, Figures::metadataMegabytes),
                    cell(own, result -> Figures.dataMegabytes(result) / appended),
                    cell(own, Figures::liveMegabytes),
                    cell(own, result -> Figures.liveMegabytes(result) / reference),
                    cell(own, Figures::dataFiles),
                    cell(own, Figures::deleteFiles),
                    cell(own, Figures::localBytesPerKey));
        }
        return table;
    }

    private static MarkdownTable reading(Outcomes outcomes) {
        double flink = outcomes.of(REFERENCE).median(Figures::scanCpu);
        double spark = outcomes.of(REFERENCE).median(Figures::sparkCpu);
        MarkdownTable table = new MarkdownTable(
                "contestant",
                "Flink, CPU-s",
                "over `reference`",
                "wall s",
                "Spark, CPU-s",
                "over `reference`",
                "wall s",
                "feed, 1000 rows",
                "feed, CPU-s",
                "rows per CPU-s over the scan's");
        for (String name : outcomes.contestants()) {
            Outcomes own = outcomes.of(name);
            if (own.spread(Figures::scanCpu).isEmpty()) {
                continue;
            }
            table.row(
                    name,
                    cell(own, Figures::scanCpu),
                    cell(own, result -> Figures.scanCpu(result) / flink),
                    cell(own, Figures::scanWall),
                    cell(own, Figures::sparkCpu),
                    cell(own, result -> Figures.sparkCpu(result) / spark),
                    cell(own, Figures::sparkWall),
                    cell(own, result -> Figures.feedRows(result) / THOUSAND),
                    cell(own, Figures::feedCpu),
                    cell(own, result -> Figures.feedRate(result) / Figures.scanRate(result)));
        }
        return table;
    }

    private static MarkdownTable restart(Outcomes outcomes) {
        MarkdownTable table =
                new MarkdownTable("contestant", "local disk kept, s", "CPU-s", "local disk lost, s", "CPU-s");
        for (String name : outcomes.contestants()) {
            Outcomes own = outcomes.of(name);
            if (own.spread(Figures::restartCpu).isEmpty()) {
                continue;
            }
            table.row(
                    name,
                    cell(own, Figures::restartWall),
                    cell(own, Figures::restartCpu),
                    cell(own, Figures::restartWithoutDiskWall),
                    cell(own, Figures::restartWithoutDiskCpu));
        }
        return table;
    }

    private static MarkdownTable workloads(Outcomes outcomes) {
        MarkdownTable table = new MarkdownTable(
                "workload",
                "contestant",
                "CPU-s",
                "over Firn's",
                "write amplification",
                "live, MB",
                "data files",
                "scan, CPU-s");
        for (String setup : outcomes.setups()) {
            Outcomes same = outcomes.setup(setup);
            double firn = same.of("firn").median(Figures::ingestCpu);
            double appended = same.of(APPEND).median(Figures::dataMegabytes);
            for (String name : same.contestants()) {
                Outcomes own = same.of(name);
                boolean keeps = own.median(Figures::liveMegabytes) > 0;
                table.row(
                        setup,
                        name,
                        cell(own, Figures::ingestCpu),
                        cell(own, result -> Figures.ingestCpu(result) / firn),
                        keeps ? cell(own, result -> Figures.dataMegabytes(result) / appended) : NOTHING,
                        keeps ? cell(own, Figures::liveMegabytes) : NOTHING,
                        keeps ? cell(own, Figures::dataFiles) : NOTHING,
                        cell(own, Figures::scanCpu));
            }
        }
        return table;
    }

    private static MarkdownTable checkpoints(Outcomes outcomes) {
        MarkdownTable table = new MarkdownTable(
                "a checkpoint every",
                "contestant",
                "changes",
                "CPU-s",
                "checkpoints",
                "p50, ms",
                "p99, ms",
                "written, MB",
                "data files",
                "scan, CPU-s");
        for (String setup : outcomes.setups()) {
            Outcomes same = outcomes.setup(setup);
            for (String name : same.contestants()) {
                Outcomes own = same.of(name);
                table.row(
                        setup,
                        name,
                        cell(own, result -> result.ingest().rows()),
                        cell(own, Figures::ingestCpu),
                        cell(own, Figures::checkpoints),
                        cell(own, Figures::checkpointMedian),
                        cell(own, Figures::checkpointPeak),
                        cell(own, Figures::writtenMegabytes),
                        cell(own, Figures::dataFiles),
                        cell(own, Figures::scanCpu));
            }
        }
        return table;
    }

    private static String cell(Outcomes outcomes, ToDoubleFunction<Result> figure) {
        return outcomes.spread(figure).map(Spread::text).orElse(NOTHING);
    }
}
