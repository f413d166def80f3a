package dev.firn.run;

import dev.firn.run.ParquetProfile.Dictionary;
import dev.firn.run.ParquetProfile.Pages;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * What Parquet profiles cost: CPU time of the one thread that writes and reads, and file size. Every round measures
 * each profile once, in an order of its own; the median of the rounds counts. docs/parquet.md says how to run it.
 */
final class ProfileBenchmark {

    private static final int ROUNDS = Integer.getInteger("firn.bench.rounds", 7);
    private static final long SECONDS = Long.getLong("firn.bench.seconds", 80);
    private static final int MEBIBYTE = 1 << 20;
    private static final ParquetProfile BASE = new ParquetProfile(
            ParquetCodec.of(ParquetCodec.Kind.ZSTD), new Pages(2_000, MEBIBYTE), 128 * MEBIBYTE, Dictionary.ON);
    private static final String PAGE_VERSION = "write.parquet.page-version";

    private final Shape shape;
    private final InMemoryFileIO io = new InMemoryFileIO();

    /** Rows to be written over and over, in key order. */
    private record Shape(String name, Schema schema, List<RowData> rows) {

        RunFormat format(Map<String, String> properties) {
            return RunFormat.of(
                            schema, FlinkSchemaUtil.convert(schema), List.of("id"), SortOrder.unsorted(), properties)
                    .expecting(rows.size());
        }
    }

    /** Nanoseconds of CPU, by a row. */
    private record Cost(double write, double scan, double keys, double rowBytes) {

        static Cost median(List<Cost> costs) {
            return new Cost(
                    median(costs.stream().mapToDouble(Cost::write).toArray()),
                    median(costs.stream().mapToDouble(Cost::scan).toArray()),
                    median(costs.stream().mapToDouble(Cost::keys).toArray()),
                    costs.get(0).rowBytes());
        }

        private static double median(double[] values) {
            Arrays.sort(values);
            return values[values.length / 2];
        }
    }

    private ProfileBenchmark(Shape shape) {
        this.shape = shape;
    }

    public static void main(String[] args) throws IOException {
        for (Shape shape : List.of(narrow(150_000), wide(40_000))) {
            new ProfileBenchmark(shape).run();
        }
    }

    private static Map<String, Map<String, String>> candidates() {
        Map<String, Map<String, String>> candidates = new LinkedHashMap<>();
        for (ParquetCodec.Kind kind : ParquetCodec.Kind.values()) {
            candidates.put(
                    kind.spelling(), BASE.withCodec(ParquetCodec.of(kind)).properties());
        }
        for (int level : new int[] {1, 6, 9}) {
            candidates.put(
                    "zstd " + level, BASE.withCodec(ParquetCodec.zstd(level)).properties());
        }
        Map<String, String> gzip = new HashMap<>(BASE.properties());
        gzip.put("write.parquet.compression-codec", "gzip");
        gzip.remove("write.parquet.compression-level");
        candidates.put("gzip", gzip);
        for (int rows : new int[] {500, 1_000, 4_000, 20_000}) {
            candidates.put("zstd, pages of " + rows + " rows", with(BASE, new Pages(rows, MEBIBYTE)));
            candidates.put(
                    "lz4_raw, pages of " + rows + " rows",
                    with(BASE.withCodec(ParquetCodec.of(ParquetCodec.Kind.LZ4_RAW)), new Pages(rows, MEBIBYTE)));
        }
        for (int kibibytes : new int[] {64, 256}) {
            candidates.put("zstd, pages of " + kibibytes + " KiB", with(BASE, new Pages(2_000, kibibytes << 10)));
        }
        for (ParquetCodec.Kind kind : ParquetCodec.Kind.values()) {
            candidates.put(
                    kind.spelling() + ", no dictionary",
                    new ParquetProfile(ParquetCodec.of(kind), BASE.pages(), BASE.rowGroupBytes(), Dictionary.OFF)
                            .properties());
        }
        candidates.put(
                "zstd 1, no dictionary",
                new ParquetProfile(ParquetCodec.zstd(1), BASE.pages(), BASE.rowGroupBytes(), Dictionary.OFF)
                        .properties());
        for (int mebibytes : new int[] {1, 4}) {
            candidates.put(
                    "zstd, row groups of " + mebibytes + " MiB",
                    new ParquetProfile(BASE.codec(), BASE.pages(), mebibytes * MEBIBYTE, Dictionary.ON).properties());
        }
        for (int level : new int[] {0, 1}) {
            candidates.put(
                    "default of level " + level,
                    LevelProfiles.defaults().forLevel(level).properties());
        }
        Map<String, String> version2 = new HashMap<>(BASE.properties());
        version2.put(PAGE_VERSION, "v2");
        candidates.put("zstd, page version 2", version2);
        return candidates;
    }

    private static Map<String, String> with(ParquetProfile profile, Pages pages) {
        return new ParquetProfile(profile.codec(), pages, profile.rowGroupBytes(), profile.dictionary()).properties();
    }

    private void run() throws IOException {
        Map<String, Map<String, String>> candidates = candidates();
        Map<String, List<Cost>> costs = new LinkedHashMap<>();
        candidates.keySet().forEach(name -> costs.put(name, new ArrayList<>()));
        List<String> order = new ArrayList<>(candidates.keySet());
        for (int i = 0; i < 20; i++) {
            cost(Objects.requireNonNull(candidates.get(order.get(i % 4))));
        }
        Random random = new Random(1);
        long end = System.nanoTime() + SECONDS * 1_000_000_000L;
        int rounds = 0;
        while (rounds < ROUNDS && System.nanoTime() < end) {
            Collections.shuffle(order, random);
            for (String name : order) {
                Objects.requireNonNull(costs.get(name)).add(cost(Objects.requireNonNull(candidates.get(name))));
            }
            rounds++;
        }
        print(costs, rounds);
    }

    private Cost cost(Map<String, String> properties) throws IOException {
        RunFormat format = shape.format(properties);
        String location = "bench/" + UUID.randomUUID() + ".parquet";
        long start = cpu();
        DataFile file;
        var output = EncryptedFiles.plainAsEncryptedOutput(io.newOutputFile(location));
        try (RunWriter<RowData> writer = RunWriter.open(format, io, output, PartitionSpec.unpartitioned(), null)) {
            for (RowData row : shape.rows()) {
                writer.append(row);
            }
            file = writer.finish();
        }
        long written = cpu();
        RunReader reader = new RunReader(io, format);
        consume(reader.rows(file));
        long scanned = cpu();
        consume(reader.keys(file));
        long keysRead = cpu();
        io.deleteFile(location);
        double rows = shape.rows().size();
        return new Cost(
                (written - start) / rows,
                (scanned - written) / rows,
                (keysRead - scanned) / rows,
                file.fileSizeInBytes() / rows);
    }

    private void consume(CloseableIterable<RowData> rows) throws IOException {
        long count = 0;
        try (rows) {
            for (RowData row : rows) {
                count += row.isNullAt(0) ? 0 : 1;
            }
        }
        if (count != shape.rows().size()) {
            throw new IllegalStateException(count + " rows came back");
        }
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private void print(Map<String, List<Cost>> costs, int rounds) {
        Cost base = Cost.median(Objects.requireNonNull(costs.get("zstd")));
        System.out.printf(
                Locale.ROOT,
                "%n%s: %,d rows, %d rounds%n%n",
                shape.name(),
                shape.rows().size(),
                rounds);
        System.out.println("| profile | write ns/row | of zstd's | bytes/row | of zstd's | scan ns/row | of zstd's"
                + " | keys ns/row | of zstd's |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
        costs.forEach((name, all) -> {
            Cost cost = Cost.median(all);
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %.0f | %.2f | %.1f | %.2f | %.0f | %.2f | %.0f | %.2f |%n",
                    name,
                    cost.write(),
                    cost.write() / base.write(),
                    cost.rowBytes(),
                    cost.rowBytes() / base.rowBytes(),
                    cost.scan(),
                    cost.scan() / base.scan(),
                    cost.keys(),
                    cost.keys() / base.keys());
        });
    }

    /** A position of an account: five columns, about 40 bytes. */
    private static Shape narrow(int count) {
        Schema schema = new Schema(
                List.of(
                        NestedField.required(1, "id", Types.LongType.get()),
                        NestedField.required(2, "account", Types.IntegerType.get()),
                        NestedField.optional(3, "state", Types.StringType.get()),
                        NestedField.optional(4, "amount", Types.DecimalType.of(12, 2)),
                        NestedField.optional(5, "at", Types.TimestampType.withoutZone())),
                Set.of(1));
        Random random = new Random(7);
        List<RowData> rows = new ArrayList<>();
        long id = 0;
        for (int i = 0; i < count; i++) {
            id += 1 + random.nextInt(50);
            rows.add(GenericRowData.of(id, random.nextInt(20_000), state(random), amount(random), at(random)));
        }
        return new Shape("narrow", schema, rows);
    }

    /** An order with its customer: a text key and 20 columns, about 400 bytes. */
    private static Shape wide(int count) {
        List<NestedField> fields = new ArrayList<>();
        fields.add(NestedField.required(1, "id", Types.StringType.get()));
        for (int i = 0; i < 5; i++) {
            fields.add(NestedField.optional(10 + i, "state" + i, Types.StringType.get()));
            fields.add(NestedField.optional(20 + i, "amount" + i, Types.DecimalType.of(12, 2)));
            fields.add(NestedField.optional(30 + i, "at" + i, Types.TimestampType.withoutZone()));
        }
        fields.add(NestedField.optional(40, "name", Types.StringType.get()));
        fields.add(NestedField.optional(41, "street", Types.StringType.get()));
        fields.add(NestedField.optional(42, "session", Types.StringType.get()));
        fields.add(NestedField.optional(43, "comment", Types.StringType.get()));
        Random random = new Random(8);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add("order-" + Long.toHexString(random.nextLong() | Long.MIN_VALUE));
        }
        ids.sort(null);
        List<RowData> rows = new ArrayList<>();
        for (String id : ids) {
            GenericRowData row = new GenericRowData(fields.size());
            int field = 0;
            row.setField(field++, StringData.fromString(id));
            for (int i = 0; i < 5; i++) {
                row.setField(field++, state(random));
                row.setField(field++, amount(random));
                row.setField(field++, at(random));
            }
            row.setField(field++, text(random, 2));
            row.setField(field++, text(random, 3));
            row.setField(field++, StringData.fromString(new UUID(random.nextLong(), random.nextLong()).toString()));
            row.setField(field++, text(random, 5 + random.nextInt(40)));
            rows.add(row);
        }
        return new Shape("wide", new Schema(fields, Set.of(1)), rows);
    }

    private static StringData state(Random random) {
        return StringData.fromString("state-" + Math.min(random.nextInt(8), random.nextInt(8)));
    }

    private static DecimalData amount(Random random) {
        return DecimalData.fromBigDecimal(BigDecimal.valueOf(random.nextInt(1_000_000), 2), 12, 2);
    }

    private static TimestampData at(Random random) {
        return TimestampData.fromEpochMillis(
                1_760_000_000_000L + random.nextInt(86_400_000), random.nextInt(1_000) * 1_000);
    }

    /** Words of a vocabulary in which few are frequent and many are rare. */
    private static StringData text(Random random, int words) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < words; i++) {
            int rank = (int) (4_000 * Math.pow(random.nextDouble(), 3));
            text.append(i == 0 ? "" : " ").append(Integer.toString(rank * 7_919 + 40_000, 26));
        }
        return StringData.fromString(text.toString());
    }
}
