package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.compaction.CompactionOptions;
import dev.firn.compaction.CompactionStrategy;
import dev.firn.sink.SoakSample.Cost;
import dev.firn.sink.SoakSample.Footprint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;

/**
 * Checkpoint after checkpoint of upserts of uniformly random keys, driven through the sink's own writers and committer.
 * An array holds the last version of every key; the table is compared with it by counts at each checkpoint, and row by
 * row at the end.
 */
final class Soak implements AutoCloseable {

    private static final int BUCKETS = 2;
    private static final int CHECKPOINTS_BETWEEN_EXPIRIES = 5;
    private static final int COLLECTIONS = 40;

    /** What the writer counts for a buffered row, at most. */
    private static final long BUFFERED_ROW_BYTES = 345;

    /** What a row takes in a file, about. */
    private static final long STORED_ROW_BYTES = 40;

    private static final long SMALLEST_TARGET_FILE_BYTES = 1 << 20;

    private final Size size;
    private final Random random;
    private final ExecutorService threads = Executors.newSingleThreadExecutor();
    private final Path localDisk;
    private final SoakTable table;
    private final SimulatedJob job;

    /** The last version of each key; 0 for a key that was never written. */
    private final int[] versions;

    private int lastVersion;
    private int distinctKeys;
    private final List<SoakSample> samples = new ArrayList<>();

    /** @param keys ids are drawn from 0 to this */
    record Size(int checkpoints, int rowsPerCheckpoint, int keys, long seed, CompactionStrategy strategy) {

        Size {
            if (checkpoints < 1 || rowsPerCheckpoint < 1 || keys < 1) {
                throw new IllegalArgumentException("A soak needs checkpoints, rows and keys: " + checkpoints + ", "
                        + rowsPerCheckpoint + ", " + keys);
            }
        }

        /** Heap for the rows of one checkpoint. */
        long writeBufferBytes() {
            return rowsPerCheckpoint * BUFFERED_ROW_BYTES;
        }
    }

    Soak(Size size, Path directory) throws IOException {
        this.size = size;
        this.random = new Random(size.seed());
        this.versions = new int[size.keys()];
        this.localDisk = Files.createDirectories(directory.resolve("local"));
        this.table = new SoakTable(directory.resolve("table"), BUCKETS, targetFileBytes(size));
        SinkConfig config = SinkConfig.defaults()
                .withWriteBufferBytes(size.writeBufferBytes())
                .withIndexes(new SinkConfig.IndexConfig(32 << 20, List.of(localDisk.toString())))
                .withCompaction(compaction(size));
        this.job = new SimulatedJob(new SimulatedJob.Setup(table.loader(), config, 1, "soak", threads), null);
    }

    /** Some twenty files a bucket for the whole table, as a large table has with files of the usual size. */
    private static long targetFileBytes(Size size) {
        long tableBytes = size.keys() * 64L;
        return Math.max(SMALLEST_TARGET_FILE_BYTES, tableBytes / BUCKETS / 20);
    }

    /** Level 1 holds eight flushes of a bucket, as by default with a buffer of the default size. */
    private static CompactionConfig compaction(Size size) {
        long flushedBytes = size.rowsPerCheckpoint() * STORED_ROW_BYTES / BUCKETS;
        CompactionOptions options = CompactionOptions.of(size.strategy());
        return CompactionConfig.defaults()
                .withOptions(options.withTargets(
                        options.targets().withFileBytes(targetFileBytes(size)).withBaseBytes(8 * flushedBytes)));
    }

    List<SoakSample> run() throws Exception {
        for (int checkpoint = 1; checkpoint <= size.checkpoints(); checkpoint++) {
            for (int i = 0; i < size.rowsPerCheckpoint(); i++) {
                upsert(random.nextInt(size.keys()));
            }
            SoakSample sample = checkpoint(checkpoint);
            assertThat(sample.table().liveRows())
                    .as("live rows after checkpoint %s", checkpoint)
                    .isEqualTo(distinctKeys);
            samples.add(sample);
            if (checkpoint % CHECKPOINTS_BETWEEN_EXPIRIES == 0) {
                table.expireSnapshots();
            }
        }
        checkRows();
        return List.copyOf(samples);
    }

    private void upsert(int id) throws Exception {
        distinctKeys += versions[id] == 0 ? 1 : 0;
        versions[id] = ++lastVersion;
        job.write(GenericRowData.of((long) id, lastVersion, StringData.fromString(payload(id, lastVersion))));
    }

    private SoakSample checkpoint(int id) throws IOException, InterruptedException {
        long start = System.nanoTime();
        job.checkpoint(id);
        long flushed = System.nanoTime();
        job.completed(id);
        long committed = System.nanoTime();
        Cost cost = new Cost((flushed - start) / 1e6, (committed - flushed) / 1e6, table.written());
        boolean collects = id % Math.max(1, size.checkpoints() / COLLECTIONS) == 0;
        return new SoakSample(
                id,
                size.rowsPerCheckpoint(),
                cost,
                table.shape(),
                new Footprint(localBytes(), collects ? heapBytes() : Double.NaN));
    }

    private long localBytes() throws IOException {
        try (Stream<Path> files = Files.walk(localDisk)) {
            return files.mapToLong(Soak::bytes).sum();
        }
    }

    private static long bytes(Path path) {
        try {
            return Files.isRegularFile(path) ? Files.size(path) : 0;
        } catch (NoSuchFileException e) {
            // An index may go while we look.
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double heapBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private void checkRows() {
        BitSet seen = new BitSet(size.keys());
        table.read(row -> {
            int id = Math.toIntExact((Long) row.get(0));
            int version = (Integer) row.get(1);
            if (seen.get(id) || version != versions[id] || !payload(id, version).equals(row.get(2))) {
                throw new AssertionError((seen.get(id) ? "a second row of key " + id : "another row of key " + id)
                        + ": " + row + ", but its last version is " + versions[id]);
            }
            seen.set(id);
        });
        assertThat(seen.cardinality()).as("rows of the table").isEqualTo(distinctKeys);
    }

    /** 96 digits that tell key and version; no codec makes less than half of them. */
    private static String payload(int id, int version) {
        Random digits = new Random(id * 0x9E3779B97F4A7C15L + version);
        StringBuilder payload = new StringBuilder(96);
        for (int i = 0; i < 6; i++) {
            payload.append(Long.toHexString(digits.nextLong() | Long.MIN_VALUE));
        }
        return payload.toString();
    }

    @Override
    public void close() throws IOException {
        job.close();
        threads.shutdown();
    }
}
