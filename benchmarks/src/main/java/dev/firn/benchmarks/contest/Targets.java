package dev.firn.benchmarks.contest;

import dev.firn.benchmarks.report.MarkdownTable;
import dev.firn.benchmarks.report.Spread;
import java.util.function.ToDoubleFunction;

/** What Firn sets out to be, as ratios of figures of one run, and what it is. */
final class Targets {

    private static final String WITHOUT_COMPILER = "the same without what the compiler took";

    private final Outcomes ingest;
    private final MarkdownTable table = new MarkdownTable("ratio", "measured", "target", "");

    private Targets(Outcomes ingest) {
        this.ingest = ingest;
    }

    static MarkdownTable table(Outcomes outcomes) {
        return new Targets(outcomes.part(Plan.INGEST)).filled();
    }

    private MarkdownTable filled() {
        atMost(
                "ingestion over the limit, `discard-keyed + iceberg-append − discard`, CPU-s",
                overLimit(Figures::ingestCpu),
                1.25);
        atMost(WITHOUT_COMPILER, overLimit(Figures::ingestCpuOfCode), 1.25);
        overFirn("paimon-dv", 3);
        overFirn("paimon-dv-lookup", 5);
        overFirn("iceberg-upsert", 1.5);
        atMost(
                "scan by Flink right after the ingestion over that of `reference`, CPU-s",
                firnOver("reference", Figures::scanCpu),
                1.15);
        atMost(
                "the same scan by Flink without what the compiler took",
                firnOver("reference", Figures::scanCpuOfCode),
                1.15);
        atMost("the same scan by Spark", firnOver("reference", Figures::sparkCpu), 1.15);
        atLeast(
                "change feed with pre-images, rows per CPU-s over a plain scan's",
                ingest.of("firn").median(Figures::feedRate) / ingest.of("firn").median(Figures::scanRate),
                0.5);
        atMost(
                "checkpoint p99 over that of `iceberg-append`",
                firnOver("iceberg-append", Figures::checkpointPeak),
                1.5);
        atMost(
                "the same without the last two checkpoints, at the end of the input",
                firnOver("iceberg-append", Figures::checkpointPeakBeforeTheEnd),
                1.5);
        atMost(
                "key index on the local disk, bytes for each live key",
                ingest.of("firn").median(Figures::localBytesPerKey),
                6);
        return table;
    }

    private double overLimit(ToDoubleFunction<Result> figure) {
        return ingest.of("firn").median(figure)
                / (ingest.of("discard-keyed").median(figure)
                        + ingest.of("iceberg-append").median(figure)
                        - ingest.of("discard").median(figure));
    }

    private double firnOver(String other, ToDoubleFunction<Result> figure) {
        return ingest.of("firn").median(figure) / ingest.of(other).median(figure);
    }

    private void overFirn(String other, double target) {
        atLeast("`" + other + "` over Firn, ingestion, CPU-s", 1 / firnOver(other, Figures::ingestCpu), target);
        atLeast(WITHOUT_COMPILER, 1 / firnOver(other, Figures::ingestCpuOfCode), target);
    }

    private void atMost(String ratio, double measured, double target) {
        row(ratio, measured, "≤ " + target, measured <= target ? "met" : "missed");
    }

    private void atLeast(String ratio, double measured, double target) {
        row(ratio, measured, "≥ " + target, measured >= target ? "met" : "missed");
    }

    private void row(String ratio, double measured, String target, String verdict) {
        if (!Double.isNaN(measured)) {
            table.row(ratio, Spread.text(measured), target, verdict);
        }
    }
}
