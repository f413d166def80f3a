package dev.firn.benchmarks.contest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.firn.benchmarks.workload.RowMaker;
import dev.firn.benchmarks.workload.RowSum;
import dev.firn.benchmarks.workload.Workload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.table.data.RowData;

/**
 * One contestant's turn, in a process of its own: warms up, writes the workload, reads it back, and says what it took.
 *
 * <p>Arguments: a directory, then settings as {@code name=value}. The directory gets {@code result.json}.
 */
public final class Trial {

    private final Settings settings;
    private final Contestant contestant;
    private final Arena arena;

    private Trial(Settings settings, Arena arena) {
        this.settings = settings;
        this.contestant = Contestants.named(settings.contestant());
        this.arena = arena;
    }

    /** Ends the process: what a failed job leaves would keep it alive. */
    public static void main(String[] arguments) {
        try {
            Path directory = Path.of(arguments[0]);
            Result result = run(directory, Settings.parse(List.of(arguments).subList(1, arguments.length)));
            new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .writeValue(directory.resolve("result.json").toFile(), result);
            System.exit(0);
        } catch (Exception | Error e) {
            e.printStackTrace();
            System.exit(1);
        }
    }

    /** @throws IllegalStateException if the contestant does not hold what it was told */
    static Result run(Path directory, Settings settings) throws Exception {
        Workload workload = settings.workload();
        try (Arena arena = Arena.open(directory, workload.lanes())) {
            if (settings.warmUpChanges() > 0) {
                new Trial(settings.withoutOtherProcesses(), arena)
                        .turn(
                                new Lake(directory.resolve("warm-up")),
                                workload.scaledTo(settings.warmUpChanges()),
                                settings.warmUpPace());
                CompilerTime.awaitIdle();
            }
            return new Trial(settings, arena).turn(new Lake(directory.resolve("lake")), workload, settings.pace());
        }
    }

    private Result turn(Lake lake, Workload workload, Arena.Pace pace) throws Exception {
        Files.createDirectories(lake.directory());
        RowSum expected = contestant.expected(workload);
        contestant.create(lake, workload);
        Run ingest = ingest(lake, workload, pace);
        DataStream<RowData> rows = contestant.scan(arena.environment(RuntimeExecutionMode.BATCH), lake);
        Run scan = rows == null ? null : read(rows, workload, expected);
        Footprint footprint = contestant.footprint(lake);
        Result.Written written = written(lake);
        return new Result(
                settings.contestant(), workload, ingest, scan, written, footprint, extras(lake, workload, expected));
    }

    /** The restarts come last: they write. */
    private Result.Extras extras(Lake lake, Workload workload, RowSum expected) throws Exception {
        long localBytes = lake.localBytes();
        Run feed = settings.measures("feed") ? feed(lake, workload, expected) : null;
        Result.SparkScan spark =
                settings.measures("spark") ? SparkReader.scan(settings.sparkModule(), lake.directory()) : null;
        Restarts.Outcome restarts = settings.measures("restart")
                ? new Restarts(arena, contestant).of(lake, workload)
                : Restarts.Outcome.NONE;
        return new Result.Extras(localBytes, feed, spark, restarts.kept(), restarts.lost());
    }

    private Run ingest(Lake lake, Workload workload, Arena.Pace pace) throws Exception {
        if (!settings.isFollowed()) {
            return arena.ingest(contestant, lake, workload, pace);
        }
        try (FeedFollower.Handle follower = FeedFollower.start(lake.directory())) {
            Run ingest = arena.ingest(contestant, lake, workload, pace);
            follower.awaitRows();
            return ingest;
        }
    }

    private Run feed(Lake lake, Workload workload, RowSum expected) throws Exception {
        DataStream<RowData> changes = arena.environment(RuntimeExecutionMode.STREAMING)
                .fromSource(lake.history(), WatermarkStrategy.noWatermarks(), "Changes");
        return read(changes, workload, expected);
    }

    /** What the compiler has not done yet belongs to what ran before. */
    private Run read(DataStream<RowData> rows, Workload workload, RowSum expected) throws Exception {
        CompilerTime.awaitIdle();
        Arena.Scan answer = arena.scan(rows, RowMaker.rowType(workload.rows()));
        if (!answer.sum().equals(expected)) {
            throw new IllegalStateException(settings.contestant() + " holds " + answer.sum() + " and not " + expected);
        }
        return answer.run();
    }

    private static Result.Written written(Lake lake) {
        long deletes = lake.bytesOf(Trial::holdsDeletes);
        long data = lake.bytesOf(file -> file.toString().endsWith(".parquet") && !holdsDeletes(file));
        return new Result.Written(data, deletes, lake.bytesOf(file -> true) - data - deletes);
    }

    /** Puffin files of Iceberg, index files of Paimon. */
    private static boolean holdsDeletes(Path file) {
        return file.toString().endsWith(".puffin") || file.toString().contains("/index/");
    }
}
