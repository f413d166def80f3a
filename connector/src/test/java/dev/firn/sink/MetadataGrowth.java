package dev.firn.sink;

import dev.firn.iceberg.FirnTable;
import dev.firn.iceberg.PortableTable;
import dev.firn.iceberg.Retention;
import dev.firn.iceberg.SnapshotExpiry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.data.IcebergGenerics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoint after checkpoint of a few changes each, as of a job that takes one a second: what do they leave behind in
 * the table's metadata? A second passes for the expiry of snapshots with each checkpoint, however long it took.
 */
final class MetadataGrowth implements AutoCloseable {

    private static final RowType COLUMNS = new RowType(List.of(
            new RowType.RowField("id", new BigIntType(false)),
            new RowType.RowField("payload", new VarCharType(VarCharType.MAX_LENGTH))));
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final long SEED = 1;

    private static final Logger LOG = LoggerFactory.getLogger(MetadataGrowth.class);

    private final Size size;
    private final PortableTable loader;
    private final Table table;
    private final SimulatedJob job;
    private final SnapshotExpiry expiry;
    private final Random random = new Random(SEED);
    private final Map<Long, String> expected = new HashMap<>();

    /** When each checkpoint was committed, by the clock that Iceberg gives snapshots their times by. */
    private final List<Instant> commitTimes = new ArrayList<>();

    /**
     * @param keys ids are drawn from so many
     * @param samplePeriod checkpoints between two samples
     */
    record Size(int checkpoints, int changesPerCheckpoint, int keys, int samplePeriod) {}

    /**
     * What was there after a checkpoint.
     *
     * @param files of all of the table's, by their directory, and the metadata files among them
     * @param commitMillis medians and worst hundredths since the last sample, of the commits and of whole checkpoints
     */
    record Sample(int checkpoint, Metadata metadata, Map<String, Integer> files, List<Double> commitMillis) {

        static final String HEADER = "checkpoint,metadata_bytes,snapshots,snapshot_log,metadata_log,data_manifests,"
                + "delete_manifests,manifest_list_bytes,manifest_bytes,live_files,metadata_files,data_files,"
                + "commit_p50_ms,commit_p99_ms,checkpoint_p50_ms,checkpoint_p99_ms\n";

        String csv() {
            return checkpoint + "," + metadata.csv() + "," + files.get("metadata") + "," + files.get("data") + ","
                    + String.join(
                            ",",
                            commitMillis.stream()
                                    .map(millis -> String.format(Locale.ROOT, "%.1f", millis))
                                    .toList())
                    + "\n";
        }
    }

    /** What the newest metadata file and snapshot hold. */
    record Metadata(long bytes, int snapshots, int snapshotLog, int metadataLog, Manifests manifests, long liveFiles) {

        String csv() {
            return bytes + "," + snapshots + "," + snapshotLog + "," + metadataLog + "," + manifests.ofData() + ","
                    + manifests.ofDeletes() + "," + manifests.listBytes() + "," + manifests.bytes() + "," + liveFiles;
        }
    }

    /** @param listBytes of the manifest list; {@code bytes} of the manifests themselves */
    record Manifests(int ofData, int ofDeletes, long listBytes, long bytes) {}

    MetadataGrowth(Size size, Retention retention, Path directory) throws IOException {
        this.size = size;
        this.loader = PortableTable.create(Files.createDirectories(directory.resolve("table")), COLUMNS, List.of("id"));
        this.table = loader.loadTable();
        SinkConfig config = SinkConfig.defaults()
                .withIndexes(new SinkConfig.IndexConfig(
                        32 << 20, List.of(directory.resolve("local").toString())));
        this.job = new SimulatedJob(new SimulatedJob.Setup(loader, config, 1, "growth", Runnable::run), null);
        this.expiry = new SnapshotExpiry(FirnTable.open(loader), retention, () -> now(retention));
    }

    /**
     * Such a time that snapshots of the checkpoints that a second each would put beyond the least age are beyond it,
     * though the run is faster or slower than that.
     */
    private Instant now(Retention retention) {
        int young = Math.toIntExact(retention.minAge().dividedBy(PERIOD));
        int oldestYoung = Math.max(0, commitTimes.size() - 1 - young);
        return commitTimes.get(oldestYoung).plus(retention.minAge());
    }

    List<Sample> run(Duration expiryInterval) throws Exception {
        List<Sample> samples = new ArrayList<>();
        List<Double> commits = new ArrayList<>();
        List<Double> checkpoints = new ArrayList<>();
        for (int checkpoint = 1; checkpoint <= size.checkpoints(); checkpoint++) {
            for (int change = 0; change < size.changesPerCheckpoint(); change++) {
                upsert(random.nextInt(size.keys()), "change " + change + " of checkpoint " + checkpoint);
            }
            long start = System.nanoTime();
            job.checkpoint(checkpoint);
            long flushed = System.nanoTime();
            job.completed(checkpoint);
            long committed = System.nanoTime();
            commits.add((committed - flushed) / 1e6);
            checkpoints.add((committed - start) / 1e6);
            commitTimes.add(Instant.now());
            if (checkpoint % expiryInterval.dividedBy(PERIOD) == 0) {
                expiry.run();
            }
            if (checkpoint % size.samplePeriod() == 0) {
                samples.add(sample(checkpoint, commits, checkpoints));
                LOG.info("{}", samples.get(samples.size() - 1));
                commits.clear();
                checkpoints.clear();
            }
        }
        return samples;
    }

    private void upsert(long id, String payload) throws Exception {
        expected.put(id, payload);
        job.write(GenericRowData.of(id, StringData.fromString(payload)));
    }

    private Sample sample(int checkpoint, List<Double> commits, List<Double> checkpoints) throws IOException {
        return new Sample(
                checkpoint,
                metadata(),
                Map.of(
                        "metadata", filesIn("metadata", ""),
                        "metadata.json", filesIn("metadata", ".metadata.json"),
                        "data", filesIn("data", "")),
                List.of(
                        percentile(commits, 50),
                        percentile(commits, 99),
                        percentile(checkpoints, 50),
                        percentile(checkpoints, 99)));
    }

    private Metadata metadata() {
        table.refresh();
        TableMetadata current = ((BaseTable) table).operations().current();
        Snapshot snapshot = current.currentSnapshot();
        List<ManifestFile> manifests = snapshot.allManifests(table.io());
        return new Metadata(
                bytes(current.metadataFileLocation()),
                current.snapshots().size(),
                current.snapshotLog().size(),
                current.previousFiles().size(),
                new Manifests(
                        snapshot.dataManifests(table.io()).size(),
                        snapshot.deleteManifests(table.io()).size(),
                        bytes(snapshot.manifestListLocation()),
                        manifests.stream().mapToLong(ManifestFile::length).sum()),
                Long.parseLong(snapshot.summary().get("total-data-files")));
    }

    private long bytes(String location) {
        return table.io().newInputFile(location).getLength();
    }

    private int filesIn(String name, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(loader.directory().resolve(name))) {
            return Math.toIntExact(files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(ending))
                    .count());
        }
    }

    private static double percentile(List<Double> values, int percent) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
    }

    /** The last value of each key, and the table's rows as Iceberg's reader has them. */
    Map<Long, String> expected() {
        return expected;
    }

    Map<Long, String> rows() throws IOException {
        Map<Long, String> rows = new HashMap<>();
        table.refresh();
        try (var read = IcebergGenerics.read(table).build()) {
            read.forEach(row -> {
                if (rows.put((Long) row.get(0), String.valueOf(row.get(1))) != null) {
                    throw new AssertionError("A second row of key " + row.get(0));
                }
            });
        }
        return rows;
    }

    @Override
    public void close() throws IOException {
        job.close();
        expiry.close();
    }
}
