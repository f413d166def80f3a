package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.iceberg.FaultyCatalog;
import dev.firn.iceberg.FirnTable;
import dev.firn.iceberg.ForeignWriter;
import dev.firn.iceberg.SnapshotInvariants;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.types.RowKind;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/** A table of another engine, what becomes of it in a sink, and a map that tells what it must hold. */
final class AdoptedTableModel implements AutoCloseable {

    private static final List<NestedField> COLUMNS = List.of(
            NestedField.required(1, "region", Types.StringType.get()),
            NestedField.required(2, "id", Types.IntegerType.get()),
            NestedField.required(3, "at", Types.TimestampType.withoutZone()),
            NestedField.optional(4, "value", Types.StringType.get()));
    private static final int KEYS = 60;
    private static final int DAYS = 4;

    private final Random random;
    private final Schema schema;
    private final int formatVersion;
    private final FaultyCatalog catalog;
    private final SinkConfig config;
    private final QueuedThreads threads = new QueuedThreads();
    private final TreeMap<String, String> truth = new TreeMap<>();
    private final Map<Long, Map<String, String>> expected = new TreeMap<>();
    private @Nullable SimulatedJob job;
    private SimulatedJob.@Nullable Checkpoint restorePoint;
    private long checkpointId;
    private int parallelism;
    private int compactions;

    AdoptedTableModel(long seed, Path localDisk) throws IOException {
        this.random = new Random(seed);
        boolean timeInKey = random.nextBoolean();
        this.schema = new Schema(COLUMNS, timeInKey ? Set.of(1, 2, 3) : Set.of(1, 2));
        this.formatVersion = 2 + random.nextInt(2);
        this.catalog = new FaultyCatalog(
                schema, spec(), SortOrder.unsorted(), Map.of("format-version", Integer.toString(formatVersion)));
        Path disk = Files.createDirectories(localDisk.resolve("seed-" + seed));
        this.config = SinkConfig.defaults()
                .withWriteBufferBytes(random.nextBoolean() ? 4_000 : 1_000_000)
                .withIndexes(new SinkConfig.IndexConfig(1 << 20, List.of(disk.toString())))
                .withCompaction(RandomCompaction.config(random).withThreads(1 + random.nextInt(3)))
                .withBackPressure(RandomCompaction.NO_BACK_PRESSURE);
        this.parallelism = 1 + random.nextInt(3);
    }

    private PartitionSpec spec() {
        PartitionSpec.Builder spec = PartitionSpec.builderFor(schema);
        return switch (random.nextInt(6)) {
            case 0 -> spec.build();
            case 1 -> spec.identity("region").build();
            case 2 -> spec.identity("value").build();
            case 3 -> spec.bucket("id", 2).day("at").build();
            default -> spec.day("at").build();
        };
    }

    /** @return how many compactions were committed */
    int run() throws Exception {
        writeByIceberg();
        catalog.declareBuckets(4);
        submit();
        for (int round = 0; round < 6; round++) {
            change(random.nextInt(30));
            threads.run(random.nextInt(3), random);
            checkpoint();
            if (random.nextInt(4) == 0) {
                parallelism = 1 + random.nextInt(3);
                submit();
            }
        }
        for (int round = 0; round < 60 && hasOlderSpecs(); round++) {
            threads.runAll();
            checkpoint();
        }
        assertThat(hasOlderSpecs()).as("files of the engine before").isFalse();
        submit();
        assertThat(Objects.requireNonNull(job).routes().hasOlderSpecs()).isFalse();
        change(20);
        checkpoint();
        return compactions;
    }

    private boolean hasOlderSpecs() throws IOException {
        try (FirnTable table = FirnTable.open(catalog.loader())) {
            return BucketRouter.of(table).hasOlderSpecs();
        }
    }

    private void writeByIceberg() {
        ForeignWriter writer = new ForeignWriter(catalog.table(), random);
        for (int batch = 0; batch < 4; batch++) {
            List<Record> rows = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String region = region();
                int id = random.nextInt(KEYS);
                if (truth.putIfAbsent(key(region, id), "w" + batch) == null) {
                    rows.add(record(region, id, "w" + batch));
                }
            }
            if (!rows.isEmpty()) {
                writer.insert(rows);
            }
            int victim = random.nextInt(7);
            Predicate<Record> which = row -> (int) row.get(1) % 7 == victim;
            if (formatVersion == 2) {
                writer.deleteByPosition(which);
            } else {
                writer.delete(which);
            }
            truth.keySet().removeIf(key -> Integer.parseInt(key.substring(key.indexOf('/') + 1)) % 7 == victim);
        }
    }

    private void submit() throws IOException {
        if (job != null) {
            job.close();
            threads.runAll();
        }
        job = new SimulatedJob(
                new SimulatedJob.Setup(catalog.loader(), config, parallelism, "job", threads), restorePoint);
    }

    private void change(int changes) throws Exception {
        SimulatedJob running = Objects.requireNonNull(job);
        for (int i = 0; i < changes; i++) {
            String region = region();
            int id = random.nextInt(KEYS);
            String value = "f" + checkpointId + "-" + i;
            boolean isDelete = random.nextInt(4) == 0;
            running.write(GenericRowData.ofKind(
                    isDelete ? RowKind.DELETE : RowKind.INSERT,
                    StringData.fromString(region),
                    id,
                    TimestampData.fromLocalDateTime(time(id)),
                    StringData.fromString(value)));
            if (isDelete) {
                truth.remove(key(region, id));
            } else {
                truth.put(key(region, id), value);
            }
        }
    }

    private void checkpoint() throws Exception {
        SimulatedJob running = Objects.requireNonNull(job);
        restorePoint = running.checkpoint(++checkpointId);
        expected.put(checkpointId, new TreeMap<>(truth));
        running.completed(checkpointId);
        check();
    }

    private void check() {
        Table table = catalog.table();
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
            String id = snapshot.summary().get("firn.checkpoint-id");
            if (id == null
                    || expected.getOrDefault(Long.parseLong(id), Map.of()).isEmpty()) {
                break;
            }
            assertThat(rows(table, snapshot)).isEqualTo(expected.get(Long.parseLong(id)));
            if (Long.parseLong(id) == checkpointId) {
                SnapshotInvariants.compactionKeepsLineage(table, snapshot, AdoptedTableModel::key);
                compactions += snapshot.operation().equals(DataOperations.REPLACE) ? 1 : 0;
            } else {
                break;
            }
        }
        assertThat(rows(table, Objects.requireNonNull(table.currentSnapshot()))).isEqualTo(truth);
    }

    private static Map<String, String> rows(Table table, Snapshot snapshot) {
        Map<String, String> rows = new TreeMap<>();
        SnapshotInvariants.rowsOfAdoptedTable(table, snapshot, AdoptedTableModel::key)
                .forEach((key, row) -> rows.put(key, String.valueOf(row.get(3))));
        return rows;
    }

    private Record record(String region, int id, String value) {
        GenericRecord record = GenericRecord.create(schema);
        record.set(0, region);
        record.set(1, id);
        record.set(2, time(id));
        record.set(3, value);
        return record;
    }

    private static LocalDateTime time(int id) {
        return LocalDate.of(2026, 1, 1).plusDays(id % DAYS).atTime(id % 24, 0);
    }

    private String region() {
        return random.nextBoolean() ? "north" : "south";
    }

    private static String key(String region, int id) {
        return region + "/" + id;
    }

    private static String key(Record record) {
        return key((String) record.get(0), (int) record.get(1));
    }

    @Override
    public void close() throws IOException {
        if (job != null) {
            job.close();
        }
        catalog.close();
    }
}
