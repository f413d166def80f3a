package dev.firn.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.RestartStrategyOptions;

/** Where jobs keep checkpoints, savepoints and local indexes. */
record JobDisk(Path root) {

    /** Of a job that takes checkpoints here all the time and restarts when it fails. */
    Configuration configuration(Duration betweenCheckpoints) {
        Configuration configuration = new Configuration();
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, betweenCheckpoints);
        configuration.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                checkpoints().toUri().toString());
        configuration.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 20);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
        return configuration;
    }

    Path local() {
        return root.resolve("local");
    }

    void loseLocal() throws IOException {
        try (Stream<Path> files = Files.walk(local())) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    String savepoints() {
        return root.resolve("savepoints").toUri().toString();
    }

    private Path checkpoints() {
        return root.resolve("checkpoints");
    }

    /** The newest complete checkpoint of a run of a job. */
    String lastCheckpoint(JobID run) throws IOException {
        try (Stream<Path> files = Files.list(checkpoints().resolve(run.toString()))) {
            return files.filter(directory -> Files.exists(directory.resolve("_metadata")))
                    .max(Comparator.comparingInt(directory ->
                            Integer.parseInt(directory.getFileName().toString().substring("chk-".length()))))
                    .orElseThrow()
                    .toUri()
                    .toString();
        }
    }
}
