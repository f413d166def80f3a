package dev.firn.sink;

import dev.firn.feed.FeedReplay;
import dev.firn.iceberg.FaultyCatalog;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.types.RowKind;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * The table of the models: rows (region STRING, id INT, value STRING) with the key (region, id), which is told as a
 * text {@code region/id}.
 */
final class RegionalRows {

    static final List<String> REGIONS = List.of("north", "south");

    private static final List<RowKind> KINDS = List.of(RowKind.values());

    private static final Schema SCHEMA = new Schema(
            List.of(
                    NestedField.required(1, "region", Types.StringType.get()),
                    NestedField.required(2, "id", Types.IntegerType.get()),
                    NestedField.optional(3, "value", Types.StringType.get())),
            Set.of(1, 2));
    private static final SortOrder ORDER =
            SortOrder.builderFor(SCHEMA).asc("region").asc("id").build();

    private RegionalRows() {}

    /** A change of the source. */
    record Change(
            RowKind kind, String region, int id, @Nullable String value) {

        /** @param number of the change, from which its value is made */
        static Change random(Random random, int keys, int number) {
            RowKind kind = KINDS.get(random.nextInt(KINDS.size()));
            String value = kind == RowKind.DELETE || random.nextInt(10) == 0 ? null : "v" + number;
            return new Change(kind, REGIONS.get(random.nextInt(REGIONS.size())), random.nextInt(keys), value);
        }

        GenericRowData row() {
            return GenericRowData.ofKind(
                    kind, StringData.fromString(region), id, value == null ? null : StringData.fromString(value));
        }

        /** Whether it says how a row was, and not how it is. */
        boolean isPreImage() {
            return kind == RowKind.UPDATE_BEFORE;
        }

        /** The value of its key's row from now on; empty if there is none. */
        Optional<String> after() {
            return kind == RowKind.DELETE ? Optional.empty() : Optional.of(String.valueOf(value));
        }

        String key() {
            return region + "/" + id;
        }
    }

    /** An empty table with buckets of ids, by region too or not. */
    static FaultyCatalog table(Random random, int buckets) {
        PartitionSpec.Builder spec = PartitionSpec.builderFor(SCHEMA);
        if (random.nextBoolean()) {
            spec.identity("region");
        }
        return new FaultyCatalog(SCHEMA, spec.bucket("id", buckets).build(), ORDER, Map.of());
    }

    static String key(Record row) {
        return row.get(0) + "/" + row.get(1);
    }

    static Record record(String key, String value) {
        int slash = key.indexOf('/');
        return GenericRecord.create(SCHEMA)
                .copy(Map.of(
                        "region",
                        key.substring(0, slash),
                        "id",
                        Integer.valueOf(key.substring(slash + 1)),
                        "value",
                        value));
    }

    /** Of a snapshot of the sink, the marker that the sink wrote with it. */
    static String marker(Snapshot snapshot) {
        Map<String, String> summary = snapshot.summary();
        return "1:" + summary.get("firn.sink-id") + ":" + summary.get("firn.checkpoint-id") + ":"
                + summary.get("firn.incarnation");
    }

    /** A feed that follows a model's table, for every fourth seed, because its reading takes long. */
    static Optional<FeedReplay> replay(FaultyCatalog catalog, Path scratch, long seed) {
        if (seed % 4 != 0) {
            return Optional.empty();
        }
        FeedReplay.Texts texts = new FeedReplay.Texts(
                row -> row.getString(0) + "/" + row.getInt(1),
                RegionalRows::text,
                RegionalRows::key,
                row -> key(row) + "=" + row.get(2));
        return Optional.of(new FeedReplay(catalog.loader(), catalog.table(), texts, scratch, new Random(seed)));
    }

    private static String text(RowData row) {
        return row.getString(0) + "/" + row.getInt(1) + "=" + (row.isNullAt(2) ? null : row.getString(2));
    }
}
