package dev.firn.benchmarks.amplification;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** What a row is like. */
enum RowShape {
    /** About 85 bytes beside its key, most of which do not compress. */
    PAYLOAD {
        @Override
        Schema schema() {
            return schemaOf(List.of(
                    NestedField.required(1, "id", Types.LongType.get()),
                    NestedField.optional(2, "version", Types.LongType.get()),
                    NestedField.optional(3, "at", Types.TimestampType.withoutZone()),
                    NestedField.optional(4, "amount", Types.IntegerType.get()),
                    NestedField.optional(5, "state", Types.StringType.get()),
                    NestedField.optional(6, "note", Types.StringType.get())));
        }

        @Override
        RowData row(int key, long version) {
            SplittableRandom random = new SplittableRandom(version);
            byte[] note = new byte[56];
            for (int i = 0; i < note.length; i++) {
                note[i] = LETTERS[random.nextInt(LETTERS.length)];
            }
            return GenericRowData.of(
                    (long) key,
                    version,
                    TimestampData.fromEpochMillis(1_700_000_000_000L + version / 8),
                    random.nextInt(1 << 20),
                    STATES.get(random.nextInt(STATES.size())),
                    StringData.fromBytes(note));
        }
    },

    /** As pgbench_accounts: a balance that changes, beside columns of one value. */
    PGBENCH {
        @Override
        Schema schema() {
            return schemaOf(List.of(
                    NestedField.required(1, "aid", Types.IntegerType.get()),
                    NestedField.optional(2, "bid", Types.IntegerType.get()),
                    NestedField.optional(3, "abalance", Types.IntegerType.get()),
                    NestedField.optional(4, "filler", Types.StringType.get())));
        }

        @Override
        RowData row(int key, long version) {
            return GenericRowData.of(
                    key, 1 + key / 100_000, new SplittableRandom(version).nextInt(-5_000, 5_000), BLANKS);
        }
    };

    private static final byte[] LETTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".getBytes(StandardCharsets.US_ASCII);
    private static final List<StringData> STATES = List.of(
            StringData.fromString("open"),
            StringData.fromString("paid"),
            StringData.fromString("packed"),
            StringData.fromString("shipped"),
            StringData.fromString("delivered"),
            StringData.fromString("returned"),
            StringData.fromString("cancelled"),
            StringData.fromString("lost"));
    private static final StringData BLANKS = StringData.fromString(" ".repeat(84));

    /** Its first column is the primary key. */
    abstract Schema schema();

    /** Same key and version, same row. */
    abstract RowData row(int key, long version);

    private static Schema schemaOf(List<NestedField> columns) {
        return new Schema(columns, Set.of(1));
    }
}
