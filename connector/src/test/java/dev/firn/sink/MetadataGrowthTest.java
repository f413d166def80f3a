package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.iceberg.Retention;
import dev.firn.sink.MetadataGrowth.Metadata;
import dev.firn.sink.MetadataGrowth.Sample;
import dev.firn.sink.MetadataGrowth.Size;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A commit a second, for hours, leaves metadata of a bounded size. docs/operations.md has what the long run measured.
 */
class MetadataGrowthTest {

    private static final Path RESULTS = Path.of("target", "metadata-growth");

    @TempDir
    Path directory;

    @Test
    @EnabledIfSystemProperty(named = "firn.metadata.checkpoints", matches = "\\d+")
    void metadataOfThousandsOfCommitsStayBounded() throws Exception {
        Size size = new Size(
                Integer.getInteger("firn.metadata.checkpoints", 0),
                2,
                2_000,
                Integer.getInteger("firn.metadata.sample-period", 500));
        HousekeepingConfig defaults = HousekeepingConfig.defaults();
        try (MetadataGrowth growth = new MetadataGrowth(size, defaults.retention(), directory)) {
            List<Sample> samples = growth.run(defaults.expiryInterval());
            Files.createDirectories(RESULTS);
            Files.writeString(
                    RESULTS.resolve("growth.csv"),
                    samples.stream().map(Sample::csv).collect(Collectors.joining("", Sample.HEADER, "")));
            assertBounded(samples, defaults.retention(), defaults.expiryInterval());
            assertThat(growth.rows()).isEqualTo(growth.expected());
        }
    }

    @Test
    void metadataOfAShortRunStayBounded() throws Exception {
        Retention retention = new Retention(5, Duration.ofSeconds(10));
        Duration expiryInterval = Duration.ofSeconds(5);
        try (MetadataGrowth growth = new MetadataGrowth(new Size(100, 2, 300, 20), retention, directory)) {
            List<Sample> samples = growth.run(expiryInterval);
            assertThat(samples).hasSize(5);
            assertBounded(samples, retention, expiryInterval);
            assertThat(growth.rows()).isEqualTo(growth.expected());
        }
    }

    /** A second is a checkpoint, and a checkpoint is a snapshot or two. */
    private static void assertBounded(List<Sample> samples, Retention retention, Duration expiryInterval) {
        long kept = Math.max(retention.maxSnapshots(), 2 * retention.minAge().toSeconds());
        long mostSnapshots = kept + 2 * expiryInterval.toSeconds() + 2;
        assertThat(samples).allSatisfy(sample -> {
            Metadata metadata = sample.metadata();
            assertThat(metadata.snapshots()).isLessThanOrEqualTo(Math.toIntExact(mostSnapshots));
            assertThat(metadata.snapshotLog()).isLessThanOrEqualTo(metadata.snapshots());
            assertThat(metadata.metadataLog()).isLessThanOrEqualTo(50);
            assertThat(metadata.bytes()).isLessThanOrEqualTo(30_000 + 1_500L * metadata.snapshots());
            assertThat(metadata.manifests().ofData() + metadata.manifests().ofDeletes())
                    .isLessThanOrEqualTo(60);
            assertThat(sample.files().get("metadata.json")).isLessThanOrEqualTo(51);
            assertThat(sample.files().get("metadata")).isLessThanOrEqualTo(60 + 6 * metadata.snapshots());
            assertThat(sample.files().get("data"))
                    .isLessThanOrEqualTo(Math.toIntExact(2 * metadata.liveFiles() + 5L * metadata.snapshots()));
        });
    }
}
