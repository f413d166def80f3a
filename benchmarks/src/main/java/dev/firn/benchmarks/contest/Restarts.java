package dev.firn.benchmarks.contest;

import dev.firn.benchmarks.workload.Told;
import dev.firn.benchmarks.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.jspecify.annotations.Nullable;

/**
 * What it takes to go on with a table. A job writes a batch of updates of keys from everywhere and stops with a
 * savepoint; a second one goes on from there with the next batch, and a third one too, without the local disk.
 */
final class Restarts {

    private static final int BATCHES = 3;
    private static final long POLL_MILLIS = 5;

    private final Arena arena;
    private final Contestant contestant;

    Restarts(Arena arena, Contestant contestant) {
        this.arena = arena;
        this.contestant = contestant;
    }

    /**
     * From the start of a job to the end of its first commit.
     *
     * @param kept with the local disk as it was
     * @param lost with an empty one
     */
    record Outcome(@Nullable Run kept, @Nullable Run lost) {

        static final Outcome NONE = new Outcome(null, null);
    }

    Outcome of(Lake lake, Workload workload) throws Exception {
        Script whole = new Script(workload, Told.SEQUEL, Long.MAX_VALUE, Long.MAX_VALUE);
        long batch = whole.length() / BATCHES;
        Script script = new Script(workload, Told.SEQUEL, batch, Long.MAX_VALUE);
        Leg first = leg(script, lake, new Goal(batch, null));
        Leg second = leg(script, lake, new Goal(2 * batch, first.savepoint()));
        delete(lake.local());
        Leg third = leg(script, lake, new Goal(BATCHES * batch, second.savepoint()));
        return new Outcome(second.run(), third.run());
    }

    /**
     * Which part of the script a job tells.
     *
     * @param told so much of the script in the end
     * @param savepoint null at its beginning
     */
    private record Goal(long told, @Nullable String savepoint) {}

    private record Leg(Run run, String savepoint) {}

    private Leg leg(Script script, Lake lake, Goal goal) throws Exception {
        StreamExecutionEnvironment environment = arena.environment(RuntimeExecutionMode.STREAMING);
        environment.enableCheckpointing(Arena.NEVER.toMillis());
        contestant.write(
                environment
                        .fromSource(new LaneSource(script), WatermarkStrategy.noWatermarks(), "Changes")
                        .uid("changes"),
                lake,
                script.workload());
        StreamGraph graph = environment.getStreamGraph();
        if (goal.savepoint() != null) {
            graph.setSavepointRestoreSettings(SavepointRestoreSettings.forPath(goal.savepoint()));
        }
        Progress.ofThisProcess().reset();
        Meter meter = Meter.start();
        Arena.Job job = arena.submit(graph);
        while (Progress.ofThisProcess().told() < goal.told() && !job.isOver()) {
            Thread.sleep(POLL_MILLIS);
        }
        String savepoint = stop(job);
        job.result().get();
        return new Leg(new Run(meter.stop(), script.batch(), List.of()), savepoint);
    }

    /** A job that stops with a savepoint commits what the savepoint holds before it ends. */
    private String stop(Arena.Job job) throws Exception {
        String directory = arena.savepoints().toUri().toString();
        while (true) {
            try {
                return arena.cluster()
                        .stopWithSavepoint(job.id(), directory, false, SavepointFormatType.CANONICAL)
                        .get();
            } catch (ExecutionException e) {
                if (job.isOver()) {
                    throw e;
                }
                // A task was not running yet.
                Thread.sleep(POLL_MILLIS);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}
