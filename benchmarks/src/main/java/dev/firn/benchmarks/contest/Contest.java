package dev.firn.benchmarks.contest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.firn.benchmarks.report.Sections;
import dev.firn.benchmarks.report.Spread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All turns of all contestants, one after the other, and the report of them.
 *
 * <p>Arguments: the project's directory, then parts of the plan by name, all of them if none is named; {@code --brief}
 * for as little as shows that it works; {@code --only=} for some contestants, with commas; {@code --report} to write
 * the report again; {@code --write-docs} to put the report into docs/benchmarks.md.
 */
public final class Contest {

    private static final String BRIEF = "--brief";
    private static final String ONLY = "--only=";
    private static final String REPORT = "--report";
    private static final String WRITE_DOCS = "--write-docs";
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Path target;
    private final Path docs;

    private Contest(Path project) throws IOException {
        this.target = Files.createDirectories(project.resolve("benchmarks/target/contest"));
        this.docs = project.resolve("docs");
    }

    public static void main(String[] arguments) throws Exception {
        Path project = Path.of(arguments[0]).toAbsolutePath().normalize();
        List<String> options = List.of(arguments).subList(1, arguments.length);
        List<String> parts =
                options.stream().filter(option -> !option.startsWith("--")).toList();
        Contest contest = new Contest(project);
        if (!options.contains(REPORT)) {
            Plan.Size size = options.contains(BRIEF) ? Plan.Size.BRIEF : Plan.Size.STANDARD;
            List<Turn> turns = (parts.isEmpty() ? Plan.PARTS : parts)
                    .stream()
                            .flatMap(part -> Plan.of(part, size).stream())
                            .filter(turn ->
                                    only(options).isEmpty() || only(options).contains(turn.contestant()))
                            .toList();
            contest.run(
                    turns,
                    new Child(
                            contest.target, project.resolve("runtimes/spark"), size == Plan.Size.BRIEF ? "2g" : "5g"));
        }
        contest.report(options.contains(WRITE_DOCS));
    }

    /** Nobody stands for everybody. */
    private static List<String> only(List<String> options) {
        return options.stream()
                .filter(option -> option.startsWith(ONLY))
                .flatMap(option -> Stream.of(option.substring(ONLY.length()).split(",", -1)))
                .toList();
    }

    private void run(List<Turn> turns, Child child) throws IOException, InterruptedException {
        Set<String> parts = turns.stream().map(Turn::part).collect(Collectors.toSet());
        List<Outcomes.Outcome> taken = new ArrayList<>(known().without(parts).all());
        int before = taken.size();
        System.out.printf(
                Locale.ROOT,
                "%9s  %-12s %-40s %-18s %7s %7s %7s %9s %8s%n",
                "turn",
                "part",
                "setup",
                "contestant",
                "CPU-s",
                "wall s",
                "others",
                "written",
                "scan");
        for (Turn turn : turns) {
            Result result = child.take(turn);
            taken.add(new Outcomes.Outcome(turn, result));
            new Outcomes(taken).checkAnswersOfSpark();
            // After each turn: who gives up after an hour has an hour's results.
            JSON.writeValue(results().toFile(), new Outcomes(taken));
            System.out.printf(
                    Locale.ROOT,
                    "%4d/%4d  %-12s %-40s %-18s %7.1f %7.1f %7.1f %6.0f MB %8s%n",
                    taken.size() - before,
                    turns.size(),
                    turn.part(),
                    turn.setup(),
                    turn.contestant(),
                    Figures.ingestCpu(result),
                    Figures.ingestWall(result),
                    Figures.others(result),
                    Figures.writtenMegabytes(result),
                    result.scan() == null ? "" : Spread.text(Figures.scanCpu(result)) + " s");
        }
    }

    /** What runs of other parts came to. */
    private Outcomes known() throws IOException {
        return Files.exists(results()) ? JSON.readValue(results().toFile(), Outcomes.class) : new Outcomes(List.of());
    }

    private Path results() {
        return target.resolve("results.json");
    }

    private void report(boolean intoDocs) throws IOException {
        Outcomes outcomes = JSON.readValue(results().toFile(), Outcomes.class);
        LocalDate measured =
                LocalDate.ofInstant(Files.getLastModifiedTime(results()).toInstant(), ZoneOffset.UTC);
        Map<String, String> sections = new Report(outcomes, measured).sections();
        StringBuilder whole = new StringBuilder();
        sections.forEach((name, text) ->
                whole.append("## ").append(name).append("\n\n").append(text).append("\n"));
        Files.writeString(target.resolve("report.md"), whole);
        Plots.write(outcomes, target);
        System.out.println("\n" + whole + "\nThe report, its plots and all results are in " + target);
        if (intoDocs) {
            Sections.rewrite(docs.resolve("benchmarks.md"), sections);
            Plots.write(outcomes, docs);
        }
    }
}
