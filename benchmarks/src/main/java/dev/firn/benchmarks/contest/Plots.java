package dev.firn.benchmarks.contest;

import dev.firn.benchmarks.report.BarChart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The figures that are best seen. */
final class Plots {

    /** What shows them in a document of the same folder. */
    static final String INGEST =
            "![Bars: the CPU-seconds that each contestant took to write the changes](benchmarks-ingest.svg)\n";

    static final String SCAN =
            "![Bars: the CPU-seconds that Flink took to read each contestant's table](benchmarks-scan.svg)\n";

    private static final double TENTHS = 10;

    private Plots() {}

    static void write(Outcomes outcomes, Path folder) throws IOException {
        Outcomes ingest = outcomes.part(Plan.INGEST);
        if (ingest.isEmpty()) {
            return;
        }
        bars(folder.resolve("benchmarks-ingest.svg"), "To write the changes", ingest, Figures::ingestCpu);
        bars(folder.resolve("benchmarks-scan.svg"), "To read the table afterwards, by Flink", ingest, Figures::scanCpu);
    }

    private static void bars(Path path, String title, Outcomes outcomes, ToDoubleFunction<Result> figure)
            throws IOException {
        Map<String, Double> bars = new LinkedHashMap<>();
        for (String contestant : outcomes.contestants()) {
            double median = outcomes.of(contestant).median(figure);
            if (!Double.isNaN(median)) {
                bars.put(contestant, Math.round(median * TENTHS) / TENTHS);
            }
        }
        BarChart.write(path, title, "CPU-seconds", bars);
    }
}
