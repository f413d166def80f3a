package dev.firn.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Each reading of the benchmark, once and of few rows, finds the rows that it counts on. */
@SuppressWarnings("NullAway.Init")
class FeedBenchmarkTest {

    @TempDir
    Path scratch;

    @TestFactory
    Stream<DynamicTest> eachReadingFindsItsRows() throws IOException {
        return new FeedBenchmark(new FeedWorkload(4_000), scratch)
                .readings().entrySet().stream()
                        .map(reading -> DynamicTest.dynamicTest(reading.getKey(), () -> {
                            assertThat(reading.getValue().count()).isPositive();
                            assertThat(reading.getValue().rows().read())
                                    .isEqualTo(reading.getValue().count());
                        }));
    }
}
