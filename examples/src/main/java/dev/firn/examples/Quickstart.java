package dev.firn.examples;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.flink.core.execution.JobClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plays the changes that a real PostgreSQL recorded through Flink SQL into Firn tables, and holds what they became
 * against PostgreSQL's own dump.
 */
public final class Quickstart implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Quickstart.class);

    private final Console console;
    private final Path warehouse;
    private final EmbeddedFlink flink;
    private final PostgresDump dump;
    private final long startNanos = System.nanoTime();

    private Quickstart(Path data, Path work, Console console) {
        this.console = console;
        this.warehouse = work.resolve("warehouse").toAbsolutePath();
        this.flink = new EmbeddedFlink(
                data.resolve("events").toAbsolutePath(),
                warehouse,
                work.resolve("checkpoints").toAbsolutePath());
        this.dump = new PostgresDump(data.resolve("final"));
    }

    /**
     * Takes the folder of the data set and a missing or empty folder for what is made. Exits with 0 if every table
     * equals the dump, with 1 if not, with 2 if it was called wrongly.
     */
    public static void main(String[] args) throws InterruptedException {
        if (args.length != 2) {
            System.err.println(
                    "usage: Quickstart <folder of the data set> <empty folder for warehouse and checkpoints>");
            System.exit(2);
        }
        System.exit(run(Path.of(args[0]), Path.of(args[1]), System.out) ? 0 : 1);
    }

    /** The quick start without the exit; false if anything failed, which is on {@code out} then. */
    static boolean run(Path data, Path work, PrintStream out) throws InterruptedException {
        Console console = new Console(out);
        try {
            requireEmpty(work);
            console.introduction();
            try (Quickstart quickstart = new Quickstart(data, work, console)) {
                return quickstart.run();
            }
        } catch (ExecutionException e) {
            LOG.error("The job failed", e);
            console.failure("The job failed", causes(e));
        } catch (IOException | RuntimeException e) {
            LOG.error("The quick start failed", e);
            console.failure("The quick start failed", causes(e));
        }
        return false;
    }

    private boolean run() throws IOException, InterruptedException, ExecutionException {
        try (Lake lake = new Lake(warehouse)) {
            copy(lake);
            console.verification();
            return verify(lake);
        }
    }

    private void copy(Lake lake) throws InterruptedException, ExecutionException {
        JobClient job = flink.copy();
        console.start();
        var result = job.getJobExecutionResult();
        boolean running = true;
        while (running) {
            try {
                result.get(1, TimeUnit.SECONDS);
                running = false;
            } catch (TimeoutException e) {
                running = !job.getJobStatus().get().isGloballyTerminalState();
            }
            console.progress(
                    elapsed(),
                    flink.metrics().rowsRead(),
                    flink.metrics().completedCheckpoints(),
                    CopiedTable.ALL.stream()
                            .map(table -> lake.snapshots(table).size())
                            .toList(),
                    new Console.Compaction(
                            CopiedTable.ALL.stream().mapToInt(lake::compactions).sum(),
                            lake.filesByLevel(CopiedTable.ACCOUNTS)));
        }
        result.get();
    }

    private boolean verify(Lake lake) {
        List<TableCheck> failed = new ArrayList<>();
        for (CopiedTable table : CopiedTable.ALL) {
            TableCheck check = TableCheck.of(table, lake, flink, dump);
            console.verified(check);
            if (!check.passed()) {
                failed.add(check);
            }
        }
        failed.forEach(check -> console.failure(check.table().name() + " is not what it should be", check.problems()));
        boolean passed = verifyAggregates() && failed.isEmpty();
        if (passed) {
            console.success(elapsed(), warehouse);
        }
        return passed;
    }

    private boolean verifyAggregates() {
        Set<String> here = Set.copyOf(flink.aggregates());
        Set<String> expected = Set.copyOf(dump.aggregates());
        if (!here.equals(expected)) {
            console.failure(
                    "Counts and sums differ from PostgreSQL's",
                    List.of("read by Flink SQL: " + here, "PostgreSQL: " + expected));
        }
        return here.equals(expected);
    }

    @Override
    public void close() {
        flink.close();
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    private static void requireEmpty(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (Stream<Path> files = Files.list(folder)) {
            if (files.findAny().isPresent()) {
                throw new IllegalArgumentException(folder + " is not empty; give another folder, or empty it");
            }
        }
    }

    /** The chain of causes, innermost first, without stack traces: those are in the log. */
    private static List<String> causes(Throwable thrown) {
        Deque<String> causes = new ArrayDeque<>();
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            causes.addFirst(each.getClass().getSimpleName() + ": " + each.getMessage());
        }
        return List.copyOf(causes);
    }
}
