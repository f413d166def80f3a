package dev.firn.key;

import java.util.EnumSet;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * One column of a primary key: reads its value as Flink's type says and writes it as Iceberg's type stores it.
 *
 * @param name the column's name, for messages
 * @param position the column's position in the rows that are read
 */
record KeyColumn(String name, int position, Encoding encoding) {

    /** How a value is written; the value is not null. */
    @FunctionalInterface
    interface Encoding {
        void append(RowData row, KeyBuffer out);
    }

    /** How the end of a value of variable length is marked. */
    @FunctionalInterface
    interface Ending {
        Ending NONE = (out, start) -> {};

        /** @param start where the value begins */
        void mark(KeyBuffer out, int start);
    }

    void append(RowData row, KeyBuffer out) {
        if (row.isNullAt(position)) {
            throw new IllegalArgumentException("Key column '" + name + "' is NULL in a row of kind "
                    + row.getRowKind().shortString()
                    + ", but a primary key needs a value. Filter such rows out ahead of the sink or give them a default"
                    + " (COALESCE).");
        }
        encoding.append(row, out);
    }

    /**
     * @param ending used by types of variable length
     * @throws IllegalArgumentException if the type cannot be a key, or Flink's type cannot be stored as Iceberg's
     */
    static KeyColumn of(Types.NestedField field, LogicalType logical, int position, Ending ending) {
        return new KeyColumn(field.name(), position, new Selection(field, logical, position).encoding(ending));
    }

    private record Selection(Types.NestedField field, LogicalType logical, int position) {

        Encoding encoding(Ending ending) {
            Type type = field.type();
            return switch (type.typeId()) {
                case BOOLEAN -> booleans();
                case INTEGER -> ints();
                case LONG -> longs();
                case DATE -> dates();
                case TIME -> times();
                case TIMESTAMP -> timestamps(1_000, 1_000);
                case TIMESTAMP_NANO -> timestamps(1_000_000, 1);
                case DECIMAL -> decimals((Types.DecimalType) type);
                case STRING -> strings(ending);
                case UUID -> fixed(16);
                case FIXED -> fixed(((Types.FixedType) type).length());
                case BINARY -> binaries(ending);
                default ->
                    throw new IllegalArgumentException("Column '" + field.name() + "' of type " + type
                            + " cannot be part of a primary key. Choose a key of other columns, or store this one as"
                            + " DECIMAL, BIGINT or STRING.");
            };
        }

        private Encoding booleans() {
            readableAs(LogicalTypeRoot.BOOLEAN);
            return (row, out) -> out.putByte(row.getBoolean(position) ? 1 : 0);
        }

        private Encoding ints() {
            readableAs(LogicalTypeRoot.TINYINT, LogicalTypeRoot.SMALLINT, LogicalTypeRoot.INTEGER);
            return switch (logical.getTypeRoot()) {
                case TINYINT -> (row, out) -> out.putInt(row.getByte(position));
                case SMALLINT -> (row, out) -> out.putInt(row.getShort(position));
                default -> (row, out) -> out.putInt(row.getInt(position));
            };
        }

        private Encoding longs() {
            readableAs(LogicalTypeRoot.BIGINT);
            return (row, out) -> out.putLong(row.getLong(position));
        }

        private Encoding dates() {
            readableAs(LogicalTypeRoot.DATE);
            return (row, out) -> out.putInt(row.getInt(position));
        }

        private Encoding times() {
            readableAs(LogicalTypeRoot.TIME_WITHOUT_TIME_ZONE);
            return (row, out) -> out.putLong(row.getInt(position) * 1_000L);
        }

        /** Finer parts than the stored unit are cut off, towards the past, as they are when the row is stored. */
        private Encoding timestamps(long unitsPerMillisecond, int nanosPerUnit) {
            readableAs(LogicalTypeRoot.TIMESTAMP_WITHOUT_TIME_ZONE, LogicalTypeRoot.TIMESTAMP_WITH_LOCAL_TIME_ZONE);
            int precision = LogicalTypeChecks.getPrecision(logical);
            return (row, out) -> {
                TimestampData value = row.getTimestamp(position, precision);
                try {
                    out.putLong(Math.addExact(
                            Math.multiplyExact(value.getMillisecond(), unitsPerMillisecond),
                            value.getNanoOfMillisecond() / nanosPerUnit));
                } catch (ArithmeticException e) {
                    throw invalid(value + " is out of the range of " + field.type(), e);
                }
            };
        }

        private Encoding decimals(Types.DecimalType stored) {
            readableAs(LogicalTypeRoot.DECIMAL);
            DecimalType read = (DecimalType) logical;
            if (read.getScale() != stored.scale() || read.getPrecision() > stored.precision()) {
                throw unreadable();
            }
            int width = TypeUtil.decimalRequiredBytes(stored.precision());
            return (row, out) -> {
                DecimalData value = row.getDecimal(position, read.getPrecision(), read.getScale());
                if (value.scale() != stored.scale() || value.precision() > stored.precision()) {
                    throw invalid(value + " is not a " + stored, null);
                }
                byte[] unscaled = value.toUnscaledBytes();
                if (unscaled.length > width) {
                    throw invalid(value + " is not a " + stored, null);
                }
                out.putTwosComplement(unscaled, width);
            };
        }

        private Encoding strings(Ending ending) {
            readableAs(LogicalTypeRoot.CHAR, LogicalTypeRoot.VARCHAR);
            return (row, out) -> {
                int start = out.size();
                out.putText(row.getString(position));
                ending.mark(out, start);
            };
        }

        private Encoding binaries(Ending ending) {
            readableAs(LogicalTypeRoot.BINARY, LogicalTypeRoot.VARBINARY);
            return (row, out) -> {
                int start = out.size();
                out.putRaw(row.getBinary(position));
                ending.mark(out, start);
            };
        }

        private Encoding fixed(int length) {
            readableAs(LogicalTypeRoot.BINARY, LogicalTypeRoot.VARBINARY);
            return (row, out) -> {
                byte[] value = row.getBinary(position);
                if (value.length != length) {
                    throw invalid(value.length + " bytes are not a " + field.type(), null);
                }
                out.putRaw(value);
            };
        }

        private void readableAs(LogicalTypeRoot first, LogicalTypeRoot... more) {
            EnumSet<LogicalTypeRoot> roots = EnumSet.of(first, more);
            if (!roots.contains(logical.getTypeRoot())) {
                throw unreadable();
            }
        }

        private IllegalArgumentException unreadable() {
            return new IllegalArgumentException("Key column '" + field.name() + "' is " + field.type()
                    + " in the table but " + logical.asSummaryString()
                    + " in the rows. Declare it with the type that the table stores, or CAST it.");
        }

        private IllegalArgumentException invalid(String problem, @Nullable Throwable cause) {
            return new IllegalArgumentException(
                    "Key column '" + field.name() + "': " + problem + ". Correct or filter the row ahead of the sink.",
                    cause);
        }
    }
}
