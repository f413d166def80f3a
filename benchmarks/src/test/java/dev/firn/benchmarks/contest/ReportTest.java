package dev.firn.benchmarks.contest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.benchmarks.report.Sections;
import dev.firn.benchmarks.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    @TempDir
    private Path folder;

    private static Run run(double cpuSeconds) {
        return run(cpuSeconds, 0);
    }

    private static Run run(double cpuSeconds, double compilerSeconds) {
        return new Run(
                new Run.Cost(cpuSeconds / 2, cpuSeconds, compilerSeconds, 1, 1_000_000),
                6000,
                List.of(10L, 20L, Math.round(10 * cpuSeconds)));
    }

    private static Result result(String contestant, double cpuSeconds, String answerOfSpark) {
        return new Result(
                contestant,
                Workload.standard(2000, 4000),
                run(cpuSeconds, contestant.equals("firn") ? 4 : 0),
                run(3, contestant.equals("reference") ? 1 : 0.5),
                new Result.Written(2_000_000, 1000, 1000),
                new Footprint(1_000_000, 4, 2),
                new Result.Extras(12_000, run(9), new Result.SparkScan(4, 2, answerOfSpark), run(1), run(2)));
    }

    private static Outcomes.Outcome outcome(String part, String contestant, double cpuSeconds) {
        return new Outcomes.Outcome(
                new Turn(part, "setup", contestant, Map.of()), result(contestant, cpuSeconds, "same"));
    }

    /** The limit is 20 CPU-seconds, and Firn takes 24, the compiler's 4 included. */
    private static Outcomes outcomes() {
        Stream<Outcomes.Outcome> ingest = Stream.of(
                outcome(Plan.INGEST, "discard", 4),
                outcome(Plan.INGEST, "discard-keyed", 10),
                outcome(Plan.INGEST, "iceberg-append", 14),
                outcome(Plan.INGEST, "reference", 5),
                outcome(Plan.INGEST, "paimon-dv", 60),
                outcome(Plan.INGEST, "firn", 23),
                outcome(Plan.INGEST, "firn", 25));
        return new Outcomes(Stream.concat(
                        ingest,
                        Stream.of(
                                outcome(Plan.WORKLOADS, "iceberg-append", 1),
                                outcome(Plan.WORKLOADS, "firn", 2),
                                outcome(Plan.CHECKPOINTS, "firn", 2)))
                .toList());
    }

    @Test
    void aMissedTargetIsCalledMissed() {
        assertThat(Targets.table(outcomes()).text())
                .contains("discard-keyed + iceberg-append − discard`, CPU-s | 1.20 | ≤ 1.25 | met |")
                .contains("the same without what the compiler took | 1.00 | ≤ 1.25 | met |")
                .contains("over that of `reference`, CPU-s | 1.00 | ≤ 1.15 | met |")
                .contains("the same scan by Flink without what the compiler took | 1.25 | ≤ 1.15 | missed |")
                .contains("`paimon-dv` over Firn, ingestion, CPU-s | 2.50 | ≥ 3.0 | missed |")
                .contains("the same without what the compiler took | 3.00 | ≥ 3.0 | met |")
                .contains("checkpoint p99 over that of `iceberg-append` | 1.71 | ≤ 1.5 | missed |")
                .contains("the same without the last two checkpoints, at the end of the input | 1.00 | ≤ 1.5 | met |")
                .doesNotContain("`iceberg-upsert`");
    }

    @Test
    void repetitionsAreShownAsTheirMedianAndEnds() throws IOException {
        assertThat(new Report(outcomes(), LocalDate.EPOCH).sections().get("ingest"))
                .contains("| firn | 24.0 (23.0–25.0) |")
                .contains("| discard | 4.00 |");
    }

    @Test
    void aScanIsShownByItsProcessorTimeAndByTheClock() throws IOException {
        assertThat(new Report(outcomes(), LocalDate.EPOCH).sections().get("reading"))
                .contains("| reference | 3.00 | 1.00 | 1.50 | 4.00 | 1.00 | 2.00 |");
    }

    /** A report can be written again long after. */
    @Test
    void theDayIsThatOfTheMeasurement() throws IOException {
        assertThat(new Report(outcomes(), LocalDate.of(2026, 1, 31)).sections().get("machine"))
                .startsWith("2026-01-31: ");
    }

    @Test
    void theDocumentHasAPlaceForEverySection() throws IOException {
        Path copy = folder.resolve("benchmarks.md");
        Files.copy(Path.of("../docs/benchmarks.md"), copy);
        Map<String, String> sections = new Report(outcomes(), LocalDate.EPOCH).sections();

        Sections.rewrite(copy, sections);

        String document = Files.readString(copy);
        assertThat(sections.values())
                .hasSize(8)
                .allSatisfy(section -> assertThat(document).contains(section.strip()));
        assertThat(document).doesNotContain("No run has been written down yet");
    }

    @Test
    void thePlotsThatTheReportShowsAreWritten() throws IOException {
        Plots.write(outcomes(), folder);

        assertThat(folder.resolve("benchmarks-ingest.svg")).isNotEmptyFile();
        assertThat(folder.resolve("benchmarks-scan.svg")).isNotEmptyFile();
    }

    @Test
    void twoTablesOfTheSameRowsThatSparkReadsDifferentlyEndTheContest() {
        Turn turn = new Turn(Plan.INGEST, "setup", "firn", Map.of());
        Outcomes outcomes = new Outcomes(List.of(
                new Outcomes.Outcome(turn, result("reference", 1, "one")),
                new Outcomes.Outcome(turn, result("firn", 1, "another"))));

        assertThatThrownBy(outcomes::checkAnswersOfSpark).hasMessageContaining("firn");
    }
}
