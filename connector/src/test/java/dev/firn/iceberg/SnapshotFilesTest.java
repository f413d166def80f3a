package dev.firn.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SnapshotFilesTest {

    private static final Schema SCHEMA = new Schema(
            List.of(
                    NestedField.required(1, "id", Types.LongType.get()),
                    NestedField.required(2, "value", Types.LongType.get())),
            Set.of(1));

    static LongStream seeds() {
        return LongStream.range(0, 15);
    }

    /** Between any two snapshots, in any order: along the history, across gaps, and back. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void tellsExactlyTheFilesWhoseLiveRowsMayDiffer(long seed) throws Exception {
        Random random = new Random(seed);
        try (FaultyCatalog catalog = catalog(random);
                TableHistory history = TableHistory.open(catalog.loader())) {
            Table table = catalog.table();
            List<SnapshotStamp> stamps = new ArrayList<>(List.of(SnapshotStamp.EMPTY_TABLE));
            ForeignWriter writer = new ForeignWriter(table, random);
            SnapshotFiles files = history.files(SCHEMA, Expressions.alwaysTrue());
            Map<SnapshotStamp, Map<String, LiveFile>> listings =
                    new HashMap<>(Map.of(SnapshotStamp.EMPTY_TABLE, Map.of()));
            for (int step = 0; step < 15; step++) {
                change(writer, random, step);
                history.refresh();
                if (!stamps.contains(history.newest())) {
                    stamps.add(history.newest());
                    listings.put(history.newest(), files(table, history.newest()));
                }
                SnapshotStamp from = files.snapshot();
                SnapshotStamp to = random.nextInt(3) > 0
                        ? stamps.get(stamps.size() - 1)
                        : stamps.get(random.nextInt(stamps.size()));
                assertThat(described(files.goTo(to))).isEqualTo(difference(listings, from, to));
                assertThat(described(files.all())).isEqualTo(difference(listings, SnapshotStamp.EMPTY_TABLE, to));
            }
        }
    }

    @Test
    void readsOnlyTheManifestsThatTheLastSnapshotDidNotHave() throws Exception {
        try (FaultyCatalog catalog = new FaultyCatalog(
                        SCHEMA,
                        PartitionSpec.unpartitioned(),
                        SortOrder.unsorted(),
                        Map.of(TableProperties.MANIFEST_MERGE_ENABLED, "false"));
                TableHistory history = TableHistory.open(catalog.loader())) {
            ForeignWriter writer = new ForeignWriter(catalog.table(), new Random(1));
            for (long id = 0; id < 20; id++) {
                writer.insert(List.of(row(id, 0)));
            }
            history.refresh();
            SnapshotFiles files = history.files(SCHEMA, Expressions.alwaysTrue());
            files.goTo(history.newest());
            writer.insert(List.of(row(20, 0)));
            history.refresh();
            catalog.io().clear();

            assertThat(files.goTo(history.newest()).files()).hasSize(1);
            assertThat(catalog.io().read)
                    .as("the list of manifests, and the new one")
                    .hasSize(2);
        }
    }

    @Test
    void filesThatCannotMatchAFilterAreLeftOut() throws Exception {
        try (FaultyCatalog catalog = new FaultyCatalog(
                        SCHEMA,
                        PartitionSpec.builderFor(SCHEMA).bucket("id", 16).build(),
                        SortOrder.unsorted(),
                        Map.of());
                TableHistory history = TableHistory.open(catalog.loader())) {
            ForeignWriter writer = new ForeignWriter(catalog.table(), new Random(1));
            writer.insert(
                    LongStream.range(0, 64).mapToObj(id -> row(id, id % 2)).toList());
            history.refresh();

            SnapshotDiff oneKey =
                    history.files(SCHEMA, Expressions.equal("id", 5L)).goTo(history.newest());
            assertThat(oneKey.files()).as("by partition").hasSize(1);
            SnapshotDiff noValue =
                    history.files(SCHEMA, Expressions.equal("value", 7L)).goTo(history.newest());
            assertThat(noValue.files()).as("by metrics").isEmpty();
        }
    }

    @Test
    void filesTellTheBoundsOfTheirKeysAndNothingElse() throws Exception {
        try (FaultyCatalog catalog =
                        new FaultyCatalog(SCHEMA, PartitionSpec.unpartitioned(), SortOrder.unsorted(), Map.of());
                TableHistory history = TableHistory.open(catalog.loader())) {
            new ForeignWriter(catalog.table(), new Random(1)).insert(List.of(row(1, 1)));
            history.refresh();

            SnapshotDiff diff =
                    history.files(history.schema(), Expressions.alwaysTrue()).goTo(history.newest());
            assertThat(diff.files())
                    .singleElement()
                    .satisfies(file ->
                            assertThat(file.file().lowerBounds()).containsOnlyKeys(SCHEMA.identifierFieldIds()));
        }
    }

    @Test
    void equalityDeletesAreRefusedAndNamed() throws Exception {
        try (FaultyCatalog catalog =
                        new FaultyCatalog(SCHEMA, PartitionSpec.unpartitioned(), SortOrder.unsorted(), Map.of());
                TableHistory history = TableHistory.open(catalog.loader())) {
            new ForeignWriter(catalog.table(), new Random(1)).insert(List.of(row(1, 1)));
            Table table = catalog.table();
            DeleteFile byKey = FileMetadata.deleteFileBuilder(table.spec())
                    .ofEqualityDeletes(1)
                    .withPath("/deletes/by-key.parquet")
                    .withFileSizeInBytes(10)
                    .withRecordCount(1)
                    .build();
            table.newRowDelta().addDeletes(byKey).commit();
            history.refresh();

            SnapshotFiles files = history.files(SCHEMA, Expressions.alwaysTrue());
            assertThatThrownBy(() -> files.goTo(history.newest()))
                    .isInstanceOf(UnsupportedTableException.class)
                    .hasMessageContaining("equality deletes in /deletes/by-key.parquet")
                    .hasMessageContaining("rewrite_data_files");
            assertThat(files.snapshot()).as("it stays where it was").isEqualTo(SnapshotStamp.EMPTY_TABLE);
        }
    }

    private static FaultyCatalog catalog(Random random) {
        PartitionSpec.Builder spec = PartitionSpec.builderFor(SCHEMA);
        if (random.nextBoolean()) {
            spec.bucket("id", 1 + random.nextInt(4));
        }
        return new FaultyCatalog(
                SCHEMA,
                spec.build(),
                SortOrder.unsorted(),
                Map.of(TableProperties.MANIFEST_MIN_MERGE_COUNT, Integer.toString(2 + random.nextInt(4))));
    }

    private static void change(ForeignWriter writer, Random random, int step) {
        long modulus = random.nextLong(2, 7);
        switch (random.nextInt(7)) {
            case 0 -> writer.delete(row -> id(row) % modulus == 0);
            case 1 -> writer.update(row -> id(row) % modulus == 0, row -> row(id(row), step));
            case 2 -> writer.updateByCopying(row -> id(row) % modulus == 0, row -> row(id(row), step));
            case 3 -> writer.rewrite(some(writer.files(), random));
            case 4 -> writer.drop(some(writer.files(), random));
            default ->
                writer.insert(LongStream.range(step * 10L, step * 10L + 10)
                        .mapToObj(id -> row(id, step))
                        .toList());
        }
    }

    private static List<LiveFile> some(List<LiveFile> files, Random random) {
        return files.stream().filter(file -> random.nextInt(4) == 0).toList();
    }

    private static Map<String, String> described(SnapshotDiff diff) {
        Map<String, String> described = new TreeMap<>();
        for (FileChange change : diff.files()) {
            assertThat(change.file().dataSequenceNumber()).isNotNull();
            assertThat(change.file().firstRowId()).isNotNull();
            described.put(change.file().location(), described(change.before()) + " -> " + described(change.after()));
        }
        return described;
    }

    private static String described(FileChange.@Nullable Liveness side) {
        return side == null ? "absent" : vector(side.vector());
    }

    private static String vector(@Nullable DeleteFile vector) {
        return vector == null ? "whole" : vector.location() + "@" + vector.contentOffset();
    }

    private static Map<String, String> difference(
            Map<SnapshotStamp, Map<String, LiveFile>> listings, SnapshotStamp from, SnapshotStamp to) {
        Map<String, LiveFile> before = Objects.requireNonNull(listings.get(from));
        Map<String, LiveFile> after = Objects.requireNonNull(listings.get(to));
        Set<String> locations = new TreeSet<>(before.keySet());
        locations.addAll(after.keySet());
        Map<String, String> difference = new TreeMap<>();
        for (String location : locations) {
            String old = described(before.get(location));
            String now = described(after.get(location));
            if (!old.equals(now)) {
                difference.put(location, old + " -> " + now);
            }
        }
        return difference;
    }

    private static String described(@Nullable LiveFile file) {
        return file == null ? "absent" : vector(file.vector());
    }

    private static Map<String, LiveFile> files(Table table, SnapshotStamp stamp) {
        table.refresh();
        return LiveFiles.of(table, Objects.requireNonNull(table.snapshot(stamp.id())))
                .byLocation();
    }

    private static long id(Record row) {
        return (Long) row.get(0);
    }

    private static Record row(long id, long value) {
        GenericRecord row = GenericRecord.create(SCHEMA);
        row.setField("id", id);
        row.setField("value", value);
        return row;
    }
}
