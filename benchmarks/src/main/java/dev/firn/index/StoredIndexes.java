package dev.firn.index;

import com.github.luben.zstd.Zstd;
import dev.firn.benchmarks.KeyKind;
import dev.firn.benchmarks.SampleTable;
import dev.firn.key.KeyEncoder;
import dev.firn.run.RunFormat;
import dev.firn.run.RunReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Prints, by kind of key, what it takes to build a lost index from the key columns of its data file, beside what it
 * would take to read it from a copy in the store. docs/operations.md has the figures.
 */
public final class StoredIndexes {

    private static final int KEYS = 1_000_000;
    private static final int ROUNDS = 9;
    private static final int DEEP_LEVEL = 2;
    private static final int ZSTD_LEVEL = 3;
    private static final double STORE_BYTES_PER_SECOND = 100e6;
    private static final double HUNDRED_MILLION = 1e8;

    private StoredIndexes() {}

    /** Of one key: bytes that are read, and nanoseconds of processor time. */
    private record Cost(double bytes, double nanos) {

        /** For a hundred million keys on one thread: reading, and then the processor. */
        double seconds() {
            return HUNDRED_MILLION * (bytes / STORE_BYTES_PER_SECOND + nanos / 1e9);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    public static void main(String[] arguments) throws IOException {
        System.out.println("of one key                      row   |  key columns      |  stored index     |"
                + "  stored with zstd  | seconds of 100 million keys");
        System.out.println("                                bytes |  bytes   CPU      |  bytes   CPU      |"
                + "  bytes   CPU       | rebuilt  stored    zstd");
        print("BIGINT, one after another", KeyKind.BIGINT, i -> i);
        print("BIGINT, one of about 1,000", KeyKind.BIGINT, i -> 1_000 * i + (SampleTable.mixed(i) & 511));
        print("BIGINT, at random", KeyKind.BIGINT, SampleTable::mixed);
        print("STRING, a UUID", KeyKind.UUID_STRING, i -> i);
        print("STRING, STRING, BIGINT", KeyKind.COMPOSITE, i -> i);
    }

    private static void print(String name, KeyKind kind, LongUnaryOperator number) throws IOException {
        try (SampleTable table = new SampleTable(kind)) {
            DataFile file = write(table, number);
            Cost rebuilt = new Cost((double) keyBytes(table.format(), file) / KEYS, nanosOfRebuild(table, file));
            Path local = Files.createTempDirectory("stored-index");
            byte[] index = localFile(table, file, local);
            byte[] packed = Zstd.compress(index, ZSTD_LEVEL);
            Path target = local.resolve("copy");
            Cost stored = new Cost((double) index.length / KEYS, nanos(() -> keep(index, target)));
            Cost zstd = new Cost(
                    (double) packed.length / KEYS, nanos(() -> keep(Zstd.decompress(packed, index.length), target)));
            delete(local);
            System.out.printf(
                    Locale.ROOT,
                    "%-30s %6.1f | %6.2f  %4.0f ns    | %6.2f  %4.1f ns    | %6.2f  %4.1f ns     |  %5.1f  %6.1f  %6.1f%n",
                    name,
                    (double) file.fileSizeInBytes() / KEYS,
                    rebuilt.bytes(),
                    rebuilt.nanos(),
                    stored.bytes(),
                    stored.nanos(),
                    zstd.bytes(),
                    zstd.nanos(),
                    rebuilt.seconds(),
                    stored.seconds(),
                    zstd.seconds());
        }
    }

    private static DataFile write(SampleTable table, LongUnaryOperator number) throws IOException {
        List<Long> numbers = LongStream.range(0, KEYS)
                .map(number)
                .boxed()
                .sorted(Comparator.comparing(table::key))
                .toList();
        try (var writer = IndexedRunWriter.open(table.store(Long.MAX_VALUE), DEEP_LEVEL, KEYS)) {
            for (long ascending : numbers) {
                writer.append(table.key(ascending), table.row(ascending));
            }
            return writer.finish().file();
        }
    }

    private static long keyBytes(RunFormat format, DataFile file) {
        Map<Integer, Long> sizes = file.columnSizes();
        return format.keySchema().columns().stream()
                .map(NestedField::fieldId)
                .mapToLong(sizes::get)
                .sum();
    }

    private static KeyIndexes open(SampleTable table, Path directory) {
        RunFormat format = table.format();
        RunReader reader = new RunReader(table.io(), format);
        return KeyIndexes.open(directory, 1 << 20, table.encoder().format(), file -> {
            KeyEncoder encoder = KeyEncoder.of(format.keySchema(), format.keyColumns(), format.keyRowType());
            return CloseableIterable.transform(reader.keys(file), encoder::encode);
        });
    }

    private static double nanosOfRebuild(SampleTable table, DataFile file) throws IOException {
        Path directory = Files.createTempDirectory("rebuilt-index");
        try (KeyIndexes indexes = open(table, directory)) {
            return nanos(() -> {
                indexes.forget(file.location());
                indexes.index(file);
            });
        } finally {
            delete(directory);
        }
    }

    private static byte[] localFile(SampleTable table, DataFile file, Path directory) throws IOException {
        try (KeyIndexes indexes = open(table, directory)) {
            indexes.index(file);
            try (Stream<Path> files = Files.list(directory)) {
                return Files.readAllBytes(files.findFirst().orElseThrow());
            }
        }
    }

    /** What came from the store is checked and written to the local disk. */
    private static void keep(byte[] index, Path target) throws IOException {
        CRC32C crc = new CRC32C();
        crc.update(index);
        Files.write(target, index);
        if (crc.getValue() == 0) {
            throw new IllegalStateException("As good as impossible");
        }
    }

    /** The median of processor time for one key. */
    private static double nanos(Work work) throws IOException {
        var threads = ManagementFactory.getThreadMXBean();
        double[] rounds = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            long before = threads.getCurrentThreadCpuTime();
            work.run();
            rounds[round] = (double) (threads.getCurrentThreadCpuTime() - before) / KEYS;
        }
        // The first third compiles.
        double[] warm = Arrays.copyOfRange(rounds, ROUNDS / 3, ROUNDS);
        Arrays.sort(warm);
        return warm[warm.length / 2];
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
