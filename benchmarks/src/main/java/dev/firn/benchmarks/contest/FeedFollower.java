package dev.firn.benchmarks.contest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * Reads a table's change feed while another process writes the table, until it is stopped. Says each second how many
 * rows it has read.
 */
public final class FeedFollower {

    private static final AtomicLong ROWS = new AtomicLong();

    private FeedFollower() {}

    /** @param arguments the warehouse's directory, and another one for checkpoints */
    public static void main(String[] arguments) throws Exception {
        Lake lake = new Lake(Path.of(arguments[0]));
        try (Arena arena = Arena.open(Path.of(arguments[1]), 1)) {
            var environment = arena.environment(RuntimeExecutionMode.STREAMING);
            environment.enableCheckpointing(1000);
            environment
                    .fromSource(lake.news(), WatermarkStrategy.noWatermarks(), "Feed")
                    .filter(row -> ROWS.incrementAndGet() < 0)
                    .sinkTo(new DiscardingSink<>());
            arena.cluster().submitJob(environment.getStreamGraph()).get();
            System.out.println("started");
            while (true) {
                Thread.sleep(1000);
                System.out.println(ROWS.get());
            }
        }
    }

    /** Starts one on a table that exists. */
    static Handle start(Path warehouse) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FeedFollower.class.getName(),
                        warehouse.toString(),
                        warehouse
                                .resolveSibling(warehouse.getFileName() + "-follower")
                                .toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Handle handle = new Handle(process);
        handle.nextLine();
        return handle;
    }

    /** Another process that follows. One thread. */
    static final class Handle implements AutoCloseable {

        private final Process process;
        private final BufferedReader said;

        private Handle(Process process) {
            this.process = process;
            this.said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        }

        private String nextLine() {
            try {
                String line = said.readLine();
                if (line == null) {
                    throw new IllegalStateException("The process that follows the feed has ended");
                }
                return line;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Until it has read something: else nobody was followed. */
        void awaitRows() {
            while (Long.parseLong(nextLine()) == 0) {
                // It says so once a second.
            }
        }

        @Override
        public void close() {
            process.destroyForcibly().onExit().join();
        }
    }
}
