package dev.firn.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.columns.ColumnRow;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.InternalReader;
import org.apache.iceberg.data.parquet.InternalWriter;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever files look like and whichever rows are wanted, the values are those that Iceberg's internal reader gives.
 */
class LineageReaderModelTest {

    private static final long FIRST_ROW_ID = 1_000_000;
    private static final long SEQUENCE_NUMBER = 77;

    private final InMemoryFileIO io = new InMemoryFileIO();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24})
    void wantedRowsAreThoseOfIcebergsReader(long seed) throws IOException {
        Random random = new Random(seed);
        List<Column> columns = columns(random);
        boolean nested = random.nextInt(8) == 0;
        Schema table = table(columns, nested);
        DataFile file = write(random, columns, nested, 200 + random.nextInt(3_000));
        RunFormat format =
                RunFormat.of(table, FlinkSchemaUtil.convert(table), List.of("c1"), SortOrder.unsorted(), Map.of());
        List<Record> all = fullRead(file, format.withLineage());
        assertThat(all).hasSize((int) file.recordCount());
        LineageReader reader = new LineageReader(io, format, Map.of());
        for (int reads = 0; reads < 5; reads++) {
            BitSet wanted = wanted(random, all.size());
            List<Integer> positions = new ArrayList<>();
            List<StructLike> kept = new ArrayList<>();
            try (PositionedRows rows = reader.rows(file, positions(wanted, all.size()))) {
                while (rows.next()) {
                    positions.add((int) rows.position());
                    kept.add(rows.row());
                }
            }
            assertThat(positions).isEqualTo(wanted.stream().boxed().toList());
            assertThat(kept).allMatch(row -> row instanceof ColumnRow != nested);
            for (int i = 0; i < kept.size(); i++) {
                assertThat(values(kept.get(i))).isEqualTo(values(all.get(positions.get(i))));
            }
        }
    }

    /** By Iceberg's reader alone. */
    private List<Record> fullRead(DataFile file, Schema projection) throws IOException {
        Map<Integer, Long> constants = new HashMap<>();
        if (file.firstRowId() != null) {
            constants.put(MetadataColumns.ROW_ID.fieldId(), FIRST_ROW_ID);
            constants.put(MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER.fieldId(), file.fileSequenceNumber());
        }
        try (CloseableIterable<Record> rows = Parquet.read(io.newInputFile(file.location()))
                .project(projection)
                .createReaderFunc(schema -> InternalReader.create(projection, schema, constants))
                .build()) {
            List<Record> all = new ArrayList<>();
            rows.forEach(all::add);
            return all;
        }
    }

    private static List<@Nullable Object> values(StructLike row) {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < row.size(); i++) {
            values.add(row.get(i, Object.class));
        }
        return values;
    }

    /** @param written its type when the file was written */
    private record Column(int id, Type written, Type now) {

        NestedField field(Type type) {
            return NestedField.optional(id, "c" + id, type);
        }
    }

    private static List<Column> columns(Random random) {
        List<Column> columns = new ArrayList<>();
        int count = 1 + random.nextInt(6);
        for (int i = 0; i < count; i++) {
            columns.add(column(random, 10 * (i + 1)));
        }
        return columns;
    }

    private static Column column(Random random, int id) {
        int precision = 1 + random.nextInt(30);
        return switch (random.nextInt(14)) {
            case 0 -> new Column(id, Types.IntegerType.get(), Types.LongType.get());
            case 1 -> new Column(id, Types.FloatType.get(), Types.DoubleType.get());
            case 2 ->
                new Column(
                        id,
                        Types.DecimalType.of(precision, 1),
                        Types.DecimalType.of(precision + random.nextInt(39 - precision), 1));
            case 3, 4 -> new Column(id, Types.StringType.get(), Types.StringType.get());
            default -> {
                Type type = List.of(
                                Types.IntegerType.get(),
                                Types.LongType.get(),
                                Types.FloatType.get(),
                                Types.DoubleType.get(),
                                Types.BooleanType.get(),
                                Types.StringType.get(),
                                Types.BinaryType.get(),
                                Types.FixedType.ofLength(5),
                                Types.UUIDType.get(),
                                Types.DateType.get(),
                                Types.TimeType.get(),
                                Types.TimestampType.withoutZone(),
                                Types.TimestampType.withZone(),
                                Types.TimestampNanoType.withoutZone(),
                                Types.DecimalType.of(precision, 1))
                        .get(random.nextInt(15));
                yield new Column(id, type, type);
            }
        };
    }

    private static Schema table(List<Column> columns, boolean nested) {
        List<NestedField> fields = new ArrayList<>();
        fields.add(NestedField.required(1, "c1", Types.LongType.get()));
        columns.forEach(column -> fields.add(column.field(column.now())));
        fields.add(NestedField.optional("added")
                .withId(500)
                .ofType(Types.DecimalType.of(20, 2))
                .withInitialDefault(Literal.of(new BigDecimal("-5.25")))
                .build());
        fields.add(NestedField.optional(501, "late", Types.StringType.get()));
        if (nested) {
            fields.add(NestedField.optional(600, "list", Types.ListType.ofOptional(601, Types.StringType.get())));
        }
        return new Schema(fields);
    }

    private DataFile write(Random random, List<Column> table, boolean nested, int rows) throws IOException {
        List<NestedField> fields = new ArrayList<>();
        fields.add(NestedField.required(1, "c1", Types.LongType.get()));
        table.forEach(column -> fields.add(column.field(column.written())));
        if (nested) {
            fields.add(NestedField.optional(600, "list", Types.ListType.ofOptional(601, Types.StringType.get())));
        }
        Collections.shuffle(fields, random);
        if (random.nextBoolean()) {
            fields.add(MetadataColumns.ROW_ID);
            fields.add(MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER);
        }
        Schema schema = new Schema(fields);
        List<Values> values =
                fields.stream().map(field -> new Values(random, rows)).toList();
        DataWriter<StructLike> writer = Parquet.writeData(io.newOutputFile("model.parquet"))
                .schema(schema)
                .createWriterFunc(InternalWriter::createWriter)
                .setAll(layout(random))
                .withSpec(PartitionSpec.unpartitioned())
                .overwrite()
                .build();
        try (writer) {
            for (int i = 0; i < rows; i++) {
                GenericRecord row = GenericRecord.create(schema);
                for (int field = 0; field < fields.size(); field++) {
                    row.set(field, values.get(field).next(random, fields.get(field)));
                }
                writer.write(row);
            }
        }
        DataFile file = writer.toDataFile();
        return random.nextInt(4) == 0 ? file : committed(file);
    }

    private static DataFile committed(DataFile file) {
        DataFile committed = DataFiles.builder(PartitionSpec.unpartitioned())
                .copy(file)
                .withFirstRowId(FIRST_ROW_ID)
                .build();
        return (DataFile) Proxy.newProxyInstance(
                DataFile.class.getClassLoader(),
                new Class<?>[] {DataFile.class},
                (proxy, method, arguments) -> method.getName().equals("fileSequenceNumber")
                        ? (Object) SEQUENCE_NUMBER
                        : method.invoke(committed, arguments));
    }

    private static Map<String, String> layout(Random random) {
        return Map.of(
                "write.parquet.compression-codec",
                random.nextBoolean() ? "gzip" : "uncompressed",
                "write.parquet.row-group-size-bytes",
                Integer.toString(20_000 << random.nextInt(7)),
                "write.parquet.row-group-check-min-record-count",
                "50",
                "write.parquet.row-group-check-max-record-count",
                "100",
                "write.parquet.page-version",
                random.nextBoolean() ? "v1" : "v2",
                "write.parquet.page-size-bytes",
                Integer.toString(500 << random.nextInt(8)),
                "write.parquet.dict-size-bytes",
                Integer.toString(200 << random.nextInt(10)),
                "write.parquet.page-row-limit",
                Integer.toString(5 + random.nextInt(random.nextBoolean() ? 30 : 4_000)));
    }

    /** The values of a column: some are wide, some few, some come in long runs of nulls or of one value. */
    private static final class Values {

        private final int width;
        private final int distinct;
        private final int nulls;
        private final int repeats;
        private int left;
        private @Nullable Object last;

        Values(Random random, int rows) {
            width = 1 + random.nextInt(1 << random.nextInt(8));
            distinct = random.nextBoolean() ? 5 : rows;
            nulls = 1 + random.nextInt(1 << random.nextInt(8));
            repeats = 1 << random.nextInt(8);
        }

        @Nullable Object next(Random random, NestedField field) {
            if (left-- <= 0) {
                left = random.nextInt(repeats);
                last = field.isOptional() && random.nextInt(nulls) == 0 ? null : value(random, field.type());
            }
            return last;
        }

        private Object value(Random random, Type type) {
            int number = random.nextInt(distinct) - distinct / 3;
            return switch (type.typeId()) {
                case INTEGER, DATE -> number;
                case LONG, TIME, TIMESTAMP, TIMESTAMP_NANO -> number * 1_000_003L;
                case FLOAT -> number / 7f;
                case DOUBLE -> number / 7.0;
                case BOOLEAN -> number % 2 == 0;
                case STRING -> ("wért 𝄞 " + number).repeat(1 + random.nextInt(width) / 8);
                case BINARY -> ByteBuffer.wrap(new byte[random.nextInt(width)]);
                case FIXED -> ByteBuffer.wrap(new byte[] {1, (byte) number, 3, (byte) (number >> 8), 5});
                case UUID -> new UUID(number, ~number);
                case DECIMAL -> {
                    Types.DecimalType decimal = (Types.DecimalType) type;
                    BigInteger unscaled = new BigInteger(3 * decimal.precision(), random);
                    yield new BigDecimal(number < 0 ? unscaled.negate() : unscaled, decimal.scale());
                }
                case LIST ->
                    IntStream.range(0, random.nextInt(4)).mapToObj(i -> "e" + i).toList();
                default -> throw new IllegalStateException("No values of " + type);
            };
        }
    }

    /** A few rows, runs of rows, or most rows. */
    private static BitSet wanted(Random random, int rows) {
        BitSet wanted = new BitSet();
        wanted.set(random.nextInt(rows));
        int picks = random.nextInt(1 << random.nextInt(12));
        int length = 1 + random.nextInt(1 << random.nextInt(8));
        for (int i = 0; i < picks; i++) {
            int from = random.nextInt(rows);
            wanted.set(from, Math.min(from + length, rows));
        }
        return wanted;
    }

    private static WantedPositions positions(BitSet wanted, int rows) {
        return new WantedPositions(wanted.nextSetBit(0), rows, position -> {
            int next = wanted.nextSetBit(Math.toIntExact(position));
            return next < 0 ? rows : next;
        });
    }
}
