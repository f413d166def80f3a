package dev.firn.benchmarks.contest;

import dev.firn.benchmarks.workload.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How a turn is taken, as {@code name=value}.
 *
 * <ul>
 *   <li>{@code contestant}, and {@code follow=true} to have another process read the table's feed meanwhile;
 *   <li>{@code load}, {@code updates}, {@code popularity}, {@code deletes}, {@code key}, {@code payload},
 *       {@code byDay}: the workload;
 *   <li>{@code batch}: changes for each checkpoint; or {@code seconds} for each, and {@code rate}, the changes a
 *       second;
 *   <li>{@code warmUp}: changes that are written and read ahead;
 *   <li>{@code measure}: some of {@code feed}, {@code spark}, {@code restart}, with commas;
 *   <li>{@code spark}: the folder of the module that starts Spark.
 * </ul>
 */
record Settings(Map<String, String> values) {

    private static final String MEASURE = "measure";
    private static final long LOAD = 2_000_000;
    private static final long UPDATES = 4_000_000;
    private static final long WARM_UP_BATCHES = 24;

    Settings {
        values = Map.copyOf(values);
    }

    static Settings parse(List<String> arguments) {
        Map<String, String> values = new HashMap<>();
        for (String argument : arguments) {
            String[] setting = argument.split("=", 2);
            if (setting.length < 2) {
                throw new IllegalArgumentException("'" + argument + "' is no setting; write name=value");
            }
            values.put(setting[0], setting[1]);
        }
        return new Settings(values);
    }

    String contestant() {
        return values.getOrDefault("contestant", "firn");
    }

    boolean isFollowed() {
        return Boolean.parseBoolean(values.get("follow"));
    }

    Workload workload() {
        return Workload.standard(LOAD, UPDATES).with(values);
    }

    long warmUpChanges() {
        return number("warmUp", 3_000_000);
    }

    /** Checkpoints close together, so that what is done once for each is compiled too. */
    Arena.Pace warmUpPace() {
        return new Arena.Pace.Batches(Math.max(1, warmUpChanges() / WARM_UP_BATCHES));
    }

    boolean measures(String what) {
        return measures().contains(what);
    }

    private List<String> measures() {
        return List.of(values.getOrDefault(MEASURE, "").split(",", -1));
    }

    /** Neither a reader of the feed nor Spark: what is warm there is gone with the process. */
    Settings withoutOtherProcesses() {
        Map<String, String> fewer = new HashMap<>(values);
        fewer.remove("follow");
        fewer.put(
                MEASURE,
                measures().stream().filter(what -> !what.equals("spark")).collect(Collectors.joining(",")));
        return new Settings(fewer);
    }

    Path sparkModule() {
        return Path.of(values.getOrDefault("spark", "runtimes/spark"));
    }

    Arena.Pace pace() {
        return values.containsKey("seconds")
                ? new Arena.Pace.Intervals(Duration.ofSeconds(number("seconds", 10)), number("rate", Long.MAX_VALUE))
                : new Arena.Pace.Batches(number("batch", 500_000));
    }

    private long number(String name, long otherwise) {
        return Long.parseLong(values.getOrDefault(name, Long.toString(otherwise)));
    }
}
