package dev.firn.feed;

import dev.firn.iceberg.FaultyCatalog;
import dev.firn.iceberg.ForeignWriter;
import dev.firn.iceberg.LiveFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tables that Firn never wrote: unsorted files, any partition spec or none, specs that change under the reader, rows
 * that move from one partition to another, expired and rolled back snapshots.
 */
class ForeignTableModelTest {

    private static final Schema SCHEMA = new Schema(
            List.of(
                    NestedField.required(1, "id", Types.LongType.get()),
                    NestedField.required(2, "region", Types.StringType.get()),
                    NestedField.optional(3, "value", Types.StringType.get())),
            Set.of(1));
    private static final FeedReplay.Texts TEXTS = new FeedReplay.Texts(
            row -> Long.toString(row.getLong(0)),
            ForeignTableModelTest::text,
            row -> row.get(0).toString(),
            row -> row.get(0) + "," + row.get(1) + "," + row.get(2));

    @TempDir
    Path scratch;

    static LongStream seeds() {
        return LongStream.range(0, Integer.getInteger("firn.feed.seeds", 40));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theFeedOfAForeignTableReplaysToEverySnapshot(long seed) throws Exception {
        Random random = new Random(seed);
        try (FaultyCatalog catalog = new FaultyCatalog(SCHEMA, spec(random), SortOrder.unsorted(), Map.of());
                FeedReplay feed = new FeedReplay(catalog.loader(), catalog.table(), TEXTS, scratch, new Random(seed))) {
            Table table = catalog.table();
            ForeignWriter writer = new ForeignWriter(table, random);
            for (int step = 0; step < 20; step++) {
                change(table, writer, feed, random, step);
                feed.follow(random.nextInt(20));
            }
            feed.check();
        }
    }

    private static PartitionSpec spec(Random random) {
        PartitionSpec.Builder spec = PartitionSpec.builderFor(SCHEMA);
        switch (random.nextInt(4)) {
            case 0 -> spec.bucket("id", 1 + random.nextInt(4));
            case 1 -> spec.identity("region");
            case 2 -> spec.identity("region").bucket("id", 2);
            default -> {}
        }
        return spec.build();
    }

    private static void change(Table table, ForeignWriter writer, FeedReplay feed, Random random, int step)
            throws Exception {
        long modulus = random.nextLong(2, 7);
        String value = "v" + step;
        String region = "r" + random.nextInt(3);
        switch (random.nextInt(12)) {
            case 0 -> writer.delete(row -> id(row) % modulus == 0);
            case 1 -> writer.update(row -> id(row) % modulus == 0, row -> row.copy(Map.of("value", value)));
            case 2 -> writer.update(row -> id(row) % modulus == 0, row -> row.copy(Map.of("region", region)));
            case 3 -> writer.updateByCopying(row -> id(row) % modulus == 0, row -> row.copy(Map.of("value", value)));
            case 4 -> writer.rewrite(some(writer.files(), random));
            case 5 -> writer.drop(some(writer.files(), random));
            case 6 -> {
                feed.catchUp();
                if (random.nextBoolean()) {
                    keepTheNewestSnapshot(table, step);
                    writer.delete(row -> id(row) % modulus == 0);
                    writer.update(row -> id(row) % modulus == 1, row -> row.copy(Map.of("value", value)));
                    writer.rewrite(writer.files());
                }
                writer.expireSnapshots();
            }
            case 7 -> evolveSpec(table, random);
            case 8 -> rollBack(table);
            default -> insert(table, writer, random, value);
        }
    }

    /** So that the feed finds a gap between what it has read and what comes next. */
    private static void keepTheNewestSnapshot(Table table, int step) {
        table.refresh();
        if (table.currentSnapshot() != null) {
            table.manageSnapshots()
                    .createTag("kept-" + step, table.currentSnapshot().snapshotId())
                    .commit();
            table.refresh();
        }
    }

    /** Other buckets, or none. */
    private static void evolveSpec(Table table, Random random) {
        table.refresh();
        var update = table.updateSpec();
        table.spec().fields().stream()
                .filter(field -> !field.transform().isVoid())
                .forEach(field -> update.removeField(field.name()));
        int buckets = 1 << random.nextInt(4);
        if (buckets > 1) {
            update.addField("b" + buckets + "_" + random.nextInt(1_000_000), Expressions.bucket("id", buckets));
        }
        update.commit();
        table.refresh();
    }

    private static void rollBack(Table table) {
        table.refresh();
        var current = table.currentSnapshot();
        if (current != null && current.parentId() != null && table.snapshot(current.parentId()) != null) {
            table.manageSnapshots().rollbackTo(current.parentId()).commit();
            table.refresh();
        }
    }

    private static void insert(Table table, ForeignWriter writer, Random random, String value) throws Exception {
        table.refresh();
        Set<Long> present = new TreeSet<>();
        if (table.currentSnapshot() != null) {
            try (CloseableIterable<Record> rows = IcebergGenerics.read(table).build()) {
                rows.forEach(row -> present.add(id(row)));
            }
        }
        List<Record> rows = LongStream.range(0, 60)
                .filter(id -> !present.contains(id) && random.nextInt(3) == 0)
                .mapToObj(id -> row(id, "r" + random.nextInt(3), value))
                .toList();
        if (!rows.isEmpty()) {
            writer.insert(rows);
        }
    }

    private static List<LiveFile> some(List<LiveFile> files, Random random) {
        return files.stream().filter(file -> random.nextInt(4) == 0).toList();
    }

    private static long id(Record row) {
        return (Long) row.get(0);
    }

    private static Record row(long id, String region, String value) {
        GenericRecord row = GenericRecord.create(SCHEMA);
        row.setField("id", id);
        row.setField("region", region);
        row.setField("value", value);
        return row;
    }

    private static String text(RowData row) {
        return row.getLong(0) + "," + row.getString(1) + "," + (row.isNullAt(2) ? null : row.getString(2));
    }
}
