package dev.firn.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.flink.data.FlinkParquetReaders;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever files look like and whichever rows are wanted, the rows are those that reading the whole file gives. */
class ImageReaderModelTest {

    private static final long FIRST_ROW_ID = 1_000_000;

    private final FileIO io = new InMemoryFileIO();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void wantedRowsAreThoseOfAFullRead(long seed) throws IOException {
        Random random = new Random(seed);
        List<NestedField> table = columns(random);
        DataFile file = write(random, table, 200 + random.nextInt(3_000));
        for (int projections = 0; projections < 3; projections++) {
            Schema projection = projection(random, table);
            RowType type = narrowed(random, FlinkSchemaUtil.convert(projection));
            RowDataSerializer serializer = new RowDataSerializer(type);
            List<BinaryRowData> all = fullRead(file, projection, type, serializer);
            assertThat(all).hasSize((int) file.recordCount());
            ImageReader reader = new ImageReader(io, projection, type, Map.of());
            for (int reads = 0; reads < 6; reads++) {
                BitSet wanted = wanted(random, all.size());
                List<Long> positions = new ArrayList<>();
                List<RowData> kept = new ArrayList<>();
                try (ImageRows rows = reader.rows(file, PartitionSpec.unpartitioned(), positions(wanted, all.size()))) {
                    while (rows.next()) {
                        positions.add(rows.position());
                        kept.add(rows.row());
                    }
                }
                assertThat(positions)
                        .isEqualTo(wanted.stream().mapToObj(Long::valueOf).toList());
                assertThat(kept.stream()
                                .map(row -> serializer.toBinaryRow(row).copy())
                                .toList())
                        .isEqualTo(wanted.stream().mapToObj(all::get).toList());
            }
        }
    }

    /** By Iceberg's reader alone. */
    private List<BinaryRowData> fullRead(DataFile file, Schema projection, RowType type, RowDataSerializer serializer)
            throws IOException {
        Map<Integer, Long> firstRowId =
                file.firstRowId() == null ? Map.of() : Map.of(MetadataColumns.ROW_ID.fieldId(), FIRST_ROW_ID);
        List<BinaryRowData> all = new ArrayList<>();
        try (CloseableIterable<RowData> rows = Parquet.read(io.newInputFile(file.location()))
                .project(projection)
                .createReaderFunc(schema -> FlinkParquetReaders.buildReader(projection, schema, firstRowId))
                .build()) {
            rows.forEach(row -> all.add(
                    serializer.toBinaryRow(NarrowIntegers.in(type).apply(row)).copy()));
        }
        return all;
    }

    /** The id, and others of all widths and shapes. */
    private static List<NestedField> columns(Random random) {
        List<NestedField> columns = new ArrayList<>();
        columns.add(NestedField.required(1, "c1", Types.LongType.get()));
        int count = 1 + random.nextInt(6);
        for (int i = 0; i < count; i++) {
            int id = 10 * (i + 1);
            Type type = switch (random.nextInt(9)) {
                case 0 -> Types.IntegerType.get();
                case 1 -> Types.DoubleType.get();
                case 2 -> Types.BooleanType.get();
                case 3 -> Types.DecimalType.of(random.nextBoolean() ? 9 : 30, 2);
                case 4 -> Types.ListType.ofOptional(id + 1, Types.StringType.get());
                case 5 -> Types.MapType.ofOptional(id + 1, id + 2, Types.StringType.get(), Types.IntegerType.get());
                case 6 ->
                    Types.StructType.of(
                            NestedField.optional(id + 1, "a", Types.StringType.get()),
                            NestedField.optional(id + 2, "b", Types.ListType.ofRequired(id + 3, Types.LongType.get())));
                default -> Types.StringType.get();
            };
            columns.add(NestedField.optional(id, "c" + id, type));
        }
        return columns;
    }

    private static Schema projection(Random random, List<NestedField> table) {
        List<NestedField> columns = new ArrayList<>(table);
        columns.add(NestedField.optional("added")
                .withId(500)
                .ofType(Types.IntegerType.get())
                .withInitialDefault(Literal.of(5))
                .build());
        columns.add(NestedField.optional(501, "late", Types.StringType.get()));
        columns.add(MetadataColumns.ROW_ID);
        Collections.shuffle(columns, random);
        return new Schema(columns.subList(0, 1 + random.nextInt(columns.size())));
    }

    private static RowType narrowed(Random random, RowType type) {
        return new RowType(
                false,
                type.getFields().stream()
                        .map(field -> new RowType.RowField(
                                field.getName(),
                                field.getType().is(LogicalTypeRoot.INTEGER) && random.nextBoolean()
                                        ? (LogicalType) new SmallIntType()
                                        : field.getType()))
                        .toList());
    }

    private DataFile write(Random random, List<NestedField> table, int rows) throws IOException {
        List<NestedField> columns = new ArrayList<>(table);
        if (columns.size() > 2 && random.nextBoolean()) {
            columns.remove(1 + random.nextInt(columns.size() - 1));
        }
        Collections.shuffle(columns, random);
        boolean lineage = random.nextBoolean();
        if (lineage) {
            columns.add(MetadataColumns.ROW_ID);
            columns.add(MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER);
        }
        Schema schema = new Schema(columns);
        Map<String, Supplier<@Nullable Object>> values = columns.stream()
                .collect(Collectors.toMap(NestedField::name, column -> values(random, column.type(), rows)));
        DataWriter<Record> writer = Parquet.writeData(io.newOutputFile("model.parquet"))
                .schema(schema)
                .createWriterFunc(GenericParquetWriter::create)
                .setAll(layout(random))
                .withSpec(PartitionSpec.unpartitioned())
                .overwrite()
                .build();
        try (writer) {
            for (int i = 0; i < rows; i++) {
                Map<String, @Nullable Object> row = new HashMap<>();
                values.forEach((name, value) -> row.put(name, value.get()));
                row.put("c1", (long) i);
                writer.write(GenericRecord.create(schema).copy(row));
            }
        }
        DataFile file = writer.toDataFile();
        return random.nextInt(4) == 0
                ? file
                : DataFiles.builder(PartitionSpec.unpartitioned())
                        .copy(file)
                        .withFirstRowId(FIRST_ROW_ID)
                        .build();
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
                Integer.toString(5 + random.nextInt(random.nextBoolean() ? 30 : 400)));
    }

    /** Of a type, null among them; some columns are wide, and some have few values. */
    private static Supplier<@Nullable Object> values(Random random, Type type, int rows) {
        int width = 1 + random.nextInt(1 << random.nextInt(9));
        int distinct = random.nextBoolean() ? 5 : rows;
        int nulls = 2 + random.nextInt(10);
        return () -> random.nextInt(nulls) == 0 ? null : value(random, type, width, distinct);
    }

    private static Object value(Random random, Type type, int width, int distinct) {
        return switch (type.typeId()) {
            case LONG -> random.nextLong(distinct);
            case INTEGER -> random.nextInt(distinct);
            case DOUBLE -> random.nextInt(distinct) / 7.0;
            case BOOLEAN -> random.nextBoolean();
            case DECIMAL -> BigDecimal.valueOf(random.nextInt(distinct), 2);
            case STRING -> {
                String value = "value " + random.nextInt(distinct);
                yield value.repeat(1 + random.nextInt(width) / 8);
            }
            case LIST -> {
                List<@Nullable Object> list = new ArrayList<>();
                Types.ListType listType = type.asListType();
                int size = random.nextInt(5);
                for (int i = 0; i < size; i++) {
                    list.add(
                            listType.isElementOptional() && random.nextInt(5) == 0
                                    ? null
                                    : value(random, listType.elementType(), width, distinct));
                }
                yield list;
            }
            case MAP -> {
                Map<Object, @Nullable Object> map = new LinkedHashMap<>();
                int size = random.nextInt(4);
                for (int i = 0; i < size; i++) {
                    map.put("key " + i, random.nextInt(4) == 0 ? null : random.nextInt(distinct));
                }
                yield map;
            }
            case STRUCT -> {
                GenericRecord struct = GenericRecord.create(type.asStructType());
                for (NestedField field : type.asStructType().fields()) {
                    struct.setField(
                            field.name(), random.nextInt(4) == 0 ? null : value(random, field.type(), width, distinct));
                }
                yield struct;
            }
            default -> throw new IllegalStateException("No values of " + type);
        };
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
