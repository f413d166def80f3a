package dev.firn.benchmarks.workload;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinaryStringData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.VarCharType;

/**
 * The rows of a workload. A row of the narrow payload has about 85 bytes beside its key, most of which do not compress;
 * of the wide one about 500, in 24 columns. One thread.
 */
public final class RowMaker {

    private static final byte[] LETTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".getBytes(StandardCharsets.US_ASCII);
    private static final BinaryStringData[] STATES = states();
    private static final int NOTE_BYTES = 56;
    private static final int WIDE_NOTES = 6;
    private static final int WIDE_NUMBERS = 12;
    private static final int DAYS = 30;
    private static final int FIRST_DAY = 20_000;
    private static final long FIRST_MILLISECOND = 1_700_000_000_000L;

    private final Workload.Rows rows;
    private final long keys;
    private final int arity;

    /** @param keys of the workload */
    public RowMaker(Workload.Rows rows, long keys) {
        this.rows = rows;
        this.keys = keys;
        this.arity = rowType(rows).getFieldCount();
    }

    private static BinaryStringData[] states() {
        String[] names = {"open", "paid", "packed", "shipped", "delivered", "returned", "cancelled", "lost"};
        BinaryStringData[] states = new BinaryStringData[names.length];
        for (int i = 0; i < names.length; i++) {
            states[i] = BinaryStringData.fromString(names[i]);
        }
        return states;
    }

    /** The columns of the key, which come first. */
    public static List<String> keyColumns(Workload.Rows rows) {
        List<String> columns = new ArrayList<>();
        if (rows.byDay()) {
            columns.add("day");
        }
        switch (rows.key()) {
            case BIGINT -> columns.add("id");
            case UUID -> columns.add("uid");
            case COMPOSITE -> columns.addAll(List.of("region", "customer", "id"));
        }
        return columns;
    }

    public static RowType rowType(Workload.Rows rows) {
        List<RowType.RowField> fields = new ArrayList<>();
        for (String key : keyColumns(rows)) {
            LogicalType type = switch (key) {
                case "day" -> new DateType(false);
                case "uid", "region" -> new VarCharType(false, VarCharType.MAX_LENGTH);
                case "customer" -> new IntType(false);
                default -> new BigIntType(false);
            };
            fields.add(new RowType.RowField(key, type));
        }
        fields.add(new RowType.RowField("version", new BigIntType()));
        fields.add(new RowType.RowField("at", new TimestampType(6)));
        fields.add(new RowType.RowField("amount", new IntType()));
        fields.add(new RowType.RowField("state", new VarCharType(VarCharType.MAX_LENGTH)));
        int notes = rows.payload() == Workload.Payload.WIDE ? WIDE_NOTES : 1;
        for (int note = 0; note < notes; note++) {
            fields.add(new RowType.RowField("note" + note, new VarCharType(VarCharType.MAX_LENGTH)));
        }
        if (rows.payload() == Workload.Payload.WIDE) {
            for (int number = 0; number < WIDE_NUMBERS; number++) {
                fields.add(new RowType.RowField("n" + number, new BigIntType()));
            }
        }
        return new RowType(false, fields);
    }

    /** A new row, complete for deletes too. */
    public RowData row(Change change) {
        GenericRowData row = new GenericRowData(change.kind(), arity);
        int field = key(row, change.key());
        long random = Changelog.mix(change.version() ^ 0x5DEECE66DL);
        row.setField(field++, change.version());
        row.setField(field++, TimestampData.fromEpochMillis(FIRST_MILLISECOND + change.version() / 8));
        row.setField(field++, (int) (random >>> 44));
        row.setField(field++, STATES[(int) (random & 7)]);
        int notes = rows.payload() == Workload.Payload.WIDE ? WIDE_NOTES : 1;
        for (int note = 0; note < notes; note++) {
            random = Changelog.mix(random);
            row.setField(field++, note(random));
        }
        while (field < arity) {
            random = Changelog.mix(random);
            row.setField(field++, random >>> 32);
        }
        return row;
    }

    private int key(GenericRowData row, long key) {
        int field = 0;
        if (rows.byDay()) {
            row.setField(field++, FIRST_DAY + (int) (key * DAYS / keys));
        }
        switch (rows.key()) {
            case BIGINT -> row.setField(field++, key);
            case UUID -> row.setField(field++, uuid(key));
            case COMPOSITE -> {
                row.setField(field++, STATES[(int) (key & 7)]);
                row.setField(field++, (int) (key / 16));
                row.setField(field++, key);
            }
        }
        return field;
    }

    private static BinaryStringData uuid(long key) {
        long high = Changelog.mix(key);
        return BinaryStringData.fromString(new java.util.UUID(high, Changelog.mix(high)).toString());
    }

    private static BinaryStringData note(long seed) {
        byte[] bytes = new byte[NOTE_BYTES];
        long random = seed;
        for (int i = 0; i < NOTE_BYTES; i++) {
            if (i % 8 == 0) {
                random = random * 6364136223846793005L + 1442695040888963407L;
            }
            bytes[i] = LETTERS[(int) (random >>> (16 + 6 * (i % 8))) & 63];
        }
        return BinaryStringData.fromBytes(bytes);
    }
}
