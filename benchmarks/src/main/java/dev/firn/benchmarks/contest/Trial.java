package dev.firn.benchmarks.contest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.firn.benchmarks.workload.RowMaker;
import dev.firn.benchmarks.workload.RowSum;
import dev.firn.benchmarks.workload.Workload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/**
 * One contestant's turn, in a process of its own: warms up, writes the workload, reads it back, and says what it took.
 *
 * <p>Arguments: a directory, then settings as {@code name=value}. The directory gets {@code result.json}.
 */
public final class Trial {

    private static final long WARM_UP_CHANGES = 3_000_000;
    private static final long WARM_UP_BATCHES = 12;

    private Trial() {}

    /** What a turn came to. */
    record Result(
            String contestant,
            Workload workload,
            Run ingest,
            @Nullable Run scan,
            Written written,
            Footprint footprint) {}

    /**
     * Bytes that were written, whatever became of them.
     *
     * @param dataBytes of data files
     * @param deleteBytes of deletion vectors
     * @param metadataBytes of everything else
     */
    record Written(long dataBytes, long deleteBytes, long metadataBytes) {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        Map<String, String> settings = new HashMap<>();
        for (String argument : List.of(arguments).subList(1, arguments.length)) {
            String[] setting = argument.split("=", 2);
            settings.put(setting[0], setting[1]);
        }
        Contestant contestant = Contestants.named(settings.getOrDefault("contestant", "firn"));
        Workload workload = Workload.standard(2_000_000, 4_000_000).with(settings);
        Arena.Pace pace = pace(settings);
        try (Arena arena = Arena.open(directory, workload.lanes())) {
            String name = settings.getOrDefault("contestant", "firn");
            run(
                    name,
                    contestant,
                    arena,
                    new Lake(directory.resolve("warm-up")),
                    workload.scaledTo(WARM_UP_CHANGES),
                    new Arena.Pace.Batches(WARM_UP_CHANGES / WARM_UP_BATCHES));
            Result result = run(name, contestant, arena, new Lake(directory.resolve("lake")), workload, pace);
            new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .writeValue(directory.resolve("result.json").toFile(), result);
        }
    }

    private static Arena.Pace pace(Map<String, String> settings) {
        String seconds = settings.get("seconds");
        return seconds == null
                ? new Arena.Pace.Batches(Long.parseLong(settings.getOrDefault("batch", "500000")))
                : new Arena.Pace.Intervals(Duration.ofSeconds(Long.parseLong(seconds)));
    }

    private static Result run(
            String name, Contestant contestant, Arena arena, Lake lake, Workload workload, Arena.Pace pace)
            throws Exception {
        Files.createDirectories(lake.directory());
        RowSum expected = contestant.expected(workload);
        contestant.create(lake, workload);
        Run ingest = arena.ingest(contestant, lake, workload, pace);
        DataStream<RowData> rows = contestant.scan(arena.environment(RuntimeExecutionMode.BATCH), lake);
        Run scan = null;
        if (rows != null) {
            Arena.Scan answer = arena.scan(rows, RowMaker.rowType(workload.rows()));
            if (!answer.sum().equals(expected)) {
                throw new IllegalStateException(name + " holds " + answer.sum() + " and not " + expected);
            }
            scan = answer.run();
        }
        return new Result(name, workload, ingest, scan, written(lake), contestant.footprint(lake));
    }

    private static Written written(Lake lake) {
        long data = lake.bytesOf(".parquet");
        long deletes = lake.bytesOf(".puffin");
        return new Written(data, deletes, lake.bytesOf("") - data - deletes);
    }
}
