package dev.firn.e2e.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/** Scenario, result and seconds of each test of a class: printed, and at its end once more, and kept in a file. */
final class Scoreboard implements BeforeEachCallback, AfterEachCallback, TestWatcher, AfterAllCallback {

    private final String title;
    private final List<String> lines = new ArrayList<>();
    private Instant begin = Instant.now();
    private Duration taken = Duration.ZERO;

    /** @param title what the scenarios ran on */
    Scoreboard(String title) {
        this.title = title;
    }

    @Override
    public void beforeEach(ExtensionContext test) {
        begin = Instant.now();
    }

    @Override
    public void afterEach(ExtensionContext test) {
        taken = Duration.between(begin, Instant.now());
    }

    @Override
    public void testSuccessful(ExtensionContext test) {
        add(test, "passed");
    }

    @Override
    public void testFailed(ExtensionContext test, Throwable cause) {
        add(test, "FAILED");
    }

    @Override
    public void testAborted(ExtensionContext test, Throwable cause) {
        add(test, "skipped: " + cause.getMessage());
    }

    @Override
    public void testDisabled(ExtensionContext test, Optional<String> reason) {
        add(test, "skipped: " + reason.orElse(""));
    }

    private void add(ExtensionContext test, String result) {
        String line = "| %s | %s | %d |".formatted(test.getDisplayName(), result, taken.toSeconds());
        System.out.println(line);
        lines.add(line);
        taken = Duration.ZERO;
    }

    @Override
    public void afterAll(ExtensionContext context) {
        String table = "| scenario, on %s | result | seconds |\n|---|---|--:|\n%s\n"
                .formatted(title, String.join("\n", lines));
        System.out.println("\n" + table);
        try {
            Files.writeString(Path.of("target", "scenarios-" + title + ".md"), table);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
